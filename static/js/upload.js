// Shows the progress of a file upload; the form works without this.
for (const form of document.querySelectorAll("form[data-upload]")) {
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const bar = form.querySelector("progress");
    const problem = form.querySelector("p.problem[hidden], p.problem");
    const button = form.querySelector("button");
    const request = new XMLHttpRequest();
    const fail = () => {
      problem.textContent = form.dataset.failed;
      problem.hidden = false;
      bar.hidden = true;
      button.disabled = false;
    };
    request.upload.addEventListener("progress", (progress) => {
      if (progress.lengthComputable) bar.value = (100 * progress.loaded) / progress.total;
    });
    request.addEventListener("load", () => {
      // The answer is the page itself, with the new file or with what is wrong with it.
      if (!(request.getResponseHeader("Content-Type") || "").includes("text/html")) { showRefusal(request, problem, fail); return; }
      if (request.status < 300) { window.location.assign(request.responseURL); return; }
      const page = new DOMParser().parseFromString(request.responseText, "text/html");
      const errors = [...page.querySelectorAll(".problem, .message.error, h1")].filter((node) => node.textContent.trim());
      fail();
      if (errors.length) problem.textContent = (errors.find((node) => node.matches(".problem")) || errors[0]).textContent;
    });
    request.addEventListener("error", fail);
    request.open("POST", form.action);
    bar.hidden = false;
    problem.hidden = true;
    button.disabled = true;
    request.send(new FormData(form));
  });
}

function showRefusal(request, problem, fail) {
  fail();
  try {
    problem.textContent = JSON.parse(request.responseText).detail;
  } catch {
    // not ours to read: the general sentence stays
  }
}
