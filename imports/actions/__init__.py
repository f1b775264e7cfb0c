"""What people do with datasets, imports and rows in quarantine."""

from imports.actions.codebook import add_labels_to_codebook
from imports.actions.comparing import cancel_comparison, compare_imports
from imports.actions.languages import correct_language
from imports.actions.loading import (
    cancel_import,
    create_dataset,
    edit_dataset,
    load_checked,
    read_again,
    receive_file,
    receive_first_file,
    receive_rows,
    retry_import,
    start_import,
)
from imports.actions.originals import delete_original
from imports.actions.privacy import Decision, decide_personal_data
from imports.actions.repair import dismiss_row, dismiss_rows, reopen_row, repair_row, replay_import, undo_import

__all__ = [
    "Decision", "add_labels_to_codebook", "cancel_comparison", "cancel_import", "compare_imports", "correct_language",
    "create_dataset", "decide_personal_data", "delete_original", "dismiss_row", "dismiss_rows", "edit_dataset",
    "load_checked", "read_again", "receive_file", "receive_first_file", "receive_rows", "reopen_row", "repair_row",
    "replay_import", "retry_import", "start_import", "undo_import",
]  # fmt: skip
