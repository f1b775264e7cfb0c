// The colours of codes in lists that the server has made.
for (const dot of document.querySelectorAll("[data-colour]")) dot.style.setProperty("--code", dot.dataset.colour);
