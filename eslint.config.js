// Rules for the browser's scripts and their tests; formatting is nobody's argument and is not checked here.
import js from "@eslint/js";
import globals from "globals";

export default [
  { ignores: ["node_modules/", ".venv/", ".data/", ".cache/"] },
  js.configs.recommended,
  { files: ["static/**/*.js"], languageOptions: { globals: globals.browser } },
  { files: ["tests/**/*.mjs"], languageOptions: { globals: globals.node } },
  {
    rules: {
      "no-unused-vars": ["error", { args: "after-used" }],
      "no-var": "error",
      "prefer-const": "error",
      eqeqeq: "error",
      complexity: ["error", 18],
      "max-lines": ["error", 400],
    },
  },
];
