"""Forms of surveys. A form shapes what is typed; actions check it."""
