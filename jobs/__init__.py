"""Long work done on someone's behalf: imports, comparisons, exports, measures (docs/adr/0087).

A kind of job is a model and what works on it:

1. The model inherits `jobs.models.Job`, names its `KIND`, and overrides `stage` with its own stages. It adds what the
   work is about and what its result is. `class Meta(Job.Meta)` adds to `Job.Meta.constraints`.

       class Export(Job):
           KIND = "export"
           dataset = models.ForeignKey(Dataset, on_delete=models.CASCADE)
           rows = models.BigIntegerField(null=True)

2. `<room>/jobs/<noun>.py` holds a `jobs.kinds.Kind` of it. `work` does the work under a lease. Each transaction ends
   with `lease.write()`, `lease.reached()` or, as the last one, `lease.finish()`: when another worker has taken the job
   over, nothing of the transaction stays. It must be safe to begin again at any point.

       class Exports(Kind[Export]):
           model = Export

           def work(self, job: Export, lease: Lease) -> None:
               lease.enter(Export.Stage.WRITING, total)
               with transaction.atomic():
                   for row in rows:
                       ...
                       lease.progress.done += 1
                   lease.finish(rows=lease.progress.done)

3. `<room>/apps.py` registers it in `ready()`: `jobs.kinds.register(Exports())`.
4. The action that asks for it creates the row and wakes a worker: `transaction.on_commit(lambda: wake_worker(job))`.
5. Its page includes `jobs/progress.html` while `job.is_active`, and answers htmx with `jobs.views.progress_fragment`.
   An action that cancels it sets `cancel_requested`, as `imports.actions.comparing` does.

Messages may be lost, doubled or late; workers may be killed or frozen at any point; both are `jobs` work, not the
kind's (docs/adr/0032, 0039).
"""
