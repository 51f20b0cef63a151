/* The chat inside the frame: texts are only ever set as text, never as markup. */
(function () {
  "use strict";
  var log = document.getElementById("log");
  var form = document.getElementById("form");
  var input = document.getElementById("question");
  var session = null;
  function say(text, mine) {
    var line = document.createElement("p");
    if (mine) line.className = "me";
    line.textContent = text;
    log.appendChild(line);
    log.scrollTop = log.scrollHeight;
    return line;
  }
  function sources(line, record) {
    var seen = {};
    record.citations.forEach(function (one) { seen[one.report] = true; });
    Object.keys(seen).slice(0, 3).forEach(function (title) {
      var note = document.createElement("small");
      note.textContent = "来源：" + title;
      line.appendChild(note);
    });
  }
  form.addEventListener("submit", function (event) {
    event.preventDefault();
    var question = input.value.trim();
    if (!question || form.dataset.busy) return;
    form.dataset.busy = "1";
    say(question, true);
    input.value = "";
    var line = say("……", false);
    var body = session ? { question: question, session: session } : { question: question };
    fetch("/api/ask", {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      credentials: "omit",
      body: JSON.stringify(body),
    })
      .then(function (response) {
        return response.json().then(function (record) {
          if (!response.ok) throw new Error(typeof record.detail === "string" ? record.detail : "");
          session = record.session;
          line.textContent = record.text;
          sources(line, record);
        });
      })
      .catch(function (error) { line.textContent = error.message || "没有答上来，请稍后再试。"; })
      .finally(function () { delete form.dataset.busy; input.focus(); log.scrollTop = log.scrollHeight; });
  });
  document.addEventListener("keydown", function (event) {
    if (event.key === "Escape" && window.parent !== window) window.parent.postMessage("wenbao:close", "*");
  });
  input.focus();
})();
