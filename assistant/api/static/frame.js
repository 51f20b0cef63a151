/* The chat inside the frame: texts are only ever set as text, never as markup. */
(function () {
  "use strict";
  var POLL = 8000;
  var log = document.getElementById("log");
  var form = document.getElementById("form");
  var input = document.getElementById("question");
  var session = null;
  var ticket = null; /* { number, secret, seen, rated } of this page, kept nowhere else */

  function make(tag, text, className) {
    var made = document.createElement(tag);
    if (text) made.textContent = text;
    if (className) made.className = className;
    return made;
  }
  function show(element) {
    log.appendChild(element);
    log.scrollTop = log.scrollHeight;
    return element;
  }
  function say(text, className) { return show(make("p", text, className)); }
  function field(label, element) {
    var around = make("label", label);
    around.appendChild(element);
    return around;
  }
  function send(path, body, headers) {
    return fetch(path, {
      method: body ? "POST" : "GET",
      headers: Object.assign(body ? { "Content-Type": "application/json" } : {}, headers || {}),
      credentials: "omit",
      body: body ? JSON.stringify(body) : undefined,
    }).then(function (response) {
      return response.json().then(function (record) {
        if (!response.ok) throw new Error(typeof record.detail === "string" ? record.detail : "");
        return record;
      });
    });
  }
  function proof() { return { "X-Ticket-Secret": ticket.secret }; }

  function sources(line, record) {
    var seen = {};
    record.citations.forEach(function (one) { seen[one.report] = true; });
    Object.keys(seen).slice(0, 3).forEach(function (title) { line.appendChild(make("small", "来源：" + title)); });
  }

  function offer(handoff, question) {
    if (!handoff || !handoff.offered || ticket) return;
    var box = make("div", "", "offer");
    var button = make("button", "转人工");
    button.type = "button";
    box.appendChild(make("span", handoff.text));
    box.appendChild(button);
    button.addEventListener("click", function () { box.replaceWith(handover(handoff.reason === "asked" ? "" : question)); });
    show(box);
  }
  function random() {
    var parts = crypto.getRandomValues(new Uint32Array(6));
    return Array.from(parts, function (part) { return part.toString(16); }).join("");
  }
  function handover(question) {
    var made = make("form", "", "hand");
    var area = make("textarea"), contact = make("input"), button = make("button", "提交工单");
    var wrong = make("em"), key = random();
    area.rows = 3; area.required = true; area.maxLength = 2000; area.value = question;
    contact.maxLength = 200; contact.autocomplete = "off";
    wrong.setAttribute("role", "alert");
    made.appendChild(field("您的问题", area));
    made.appendChild(field("联系方式（选填）", contact));
    made.appendChild(make("small", "这段对话会一起转给工作人员；联系方式加密保存，只用于答复。请不要填写身份证号、银行卡号。"));
    made.appendChild(wrong);
    made.appendChild(button);
    made.addEventListener("submit", function (event) {
      event.preventDefault();
      button.disabled = true;
      var body = { question: area.value, contact: contact.value };
      if (session) body.session = session;
      /* Sent twice with one key it is one ticket. */
      send("/api/tickets", body, { "Idempotency-Key": key })
        .then(function (receipt) { made.replaceWith(received(receipt)); input.focus(); })
        .catch(function (error) { wrong.textContent = error.message || "没有提交成功，请再试一次。"; button.disabled = false; });
    });
    setTimeout(function () { area.focus(); log.scrollTop = log.scrollHeight; });
    return made;
  }
  function received(receipt) {
    ticket = { number: receipt.ticket, secret: receipt.secret, seen: 0, rated: false };
    var box = make("div", "", "receipt");
    var due = new Date(receipt.expected_at * 1000).toLocaleString("zh-CN", { timeZone: "Asia/Shanghai", month: "numeric", day: "numeric", hour: "2-digit", minute: "2-digit" });
    box.appendChild(make("strong", "已转人工。请记下，查询码只显示这一次："));
    box.appendChild(make("span", "工单号 " + receipt.ticket));
    box.appendChild(make("span", "查询码 " + receipt.secret));
    box.appendChild(make("small", "预计 " + due + " 前首次答复。答复会显示在这里；在这里写的话会发给工作人员。"));
    setTimeout(news, POLL);
    return box;
  }
  function news() {
    var next = function () { setTimeout(news, POLL); };
    if (document.hidden) return next();
    send("/api/tickets/" + ticket.number, null, proof())
      .then(function (record) {
        record.messages.forEach(function (one) {
          if (one.seq <= ticket.seen) return;
          ticket.seen = one.seq;
          if (one.author !== "staff") return;
          var line = say(one.body, "staff");
          line.insertBefore(make("small", "工作人员"), line.firstChild);
        });
        if (record.can_rate && record.rating === null && !ticket.rated) rating();
      })
      .catch(function () { /* the server is away, or busy; asked again */ })
      .then(next);
  }
  function rating() {
    ticket.rated = true;
    var box = make("div", "", "offer");
    box.appendChild(make("span", "这次答复怎么样？"));
    [1, 2, 3, 4, 5].forEach(function (stars) {
      var button = make("button", stars + "星");
      button.type = "button";
      button.addEventListener("click", function () {
        send("/api/tickets/" + ticket.number + "/rating", { stars: stars }, proof())
          .then(function () { box.textContent = "谢谢，已记录 " + stars + " 星。"; })
          .catch(function (error) { box.appendChild(make("em", error.message || "没有记录成功，请再试一次。")); });
      });
      box.appendChild(button);
    });
    show(box);
  }

  form.addEventListener("submit", function (event) {
    event.preventDefault();
    var question = input.value.trim();
    if (!question || form.dataset.busy) return;
    form.dataset.busy = "1";
    say(question, "me");
    input.value = "";
    var line = say("……");
    send("/api/ask", session ? { question: question, session: session } : { question: question })
      .then(function (record) {
        session = record.session;
        line.textContent = record.text;
        sources(line, record);
        offer(record.handoff, question);
      })
      .catch(function (error) { line.textContent = error.message || "没有答上来，请稍后再试。"; })
      .finally(function () { delete form.dataset.busy; input.focus(); log.scrollTop = log.scrollHeight; });
  });
  document.addEventListener("keydown", function (event) {
    if (event.key === "Escape" && window.parent !== window) window.parent.postMessage("wenbao:close", "*");
  });
  input.focus();
})();
