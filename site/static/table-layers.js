// The table of layers: a button that copies each ARN, and package pages that open on the runtime and region of the table. Both do
// something with scripts alone, and there are many rows, so they are not in the page.

for (const table of document.querySelectorAll("table.layers")) {
  for (const row of table.tBodies[0].rows) {
    const link = row.cells[0].querySelector("a");
    link.search = table.dataset.query;
    const arn = row.querySelector(".arn");
    const button = document.createElement("button");
    button.type = "button";
    button.className = "copy";
    button.textContent = "Copy";
    button.dataset.copy = arn.textContent;
    button.dataset.what = `the ARN of ${link.textContent}`;
    button.setAttribute("aria-label", `Copy ${button.dataset.what}`);
    arn.after(button);
  }
}
