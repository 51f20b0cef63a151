/* Puts a button into the corner of a page; it opens the chat in a frame of its own. */
(function () {
  "use strict";
  var script = document.currentScript;
  if (!script || document.getElementById("wenbao-widget")) return;
  var base = new URL(script.src).origin;
  var root = document.createElement("div");
  root.id = "wenbao-widget";
  root.style.cssText = "position:fixed;right:16px;bottom:16px;z-index:2147483000;font-family:sans-serif";
  var button = document.createElement("button");
  button.type = "button";
  button.textContent = script.dataset.label || "年报问答";
  button.setAttribute("aria-expanded", "false");
  button.setAttribute("aria-controls", "wenbao-frame");
  button.style.cssText =
    "padding:12px 18px;border:0;border-radius:24px;background:#1a56a8;color:#fff;font-size:16px;cursor:pointer";
  var frame = null;
  function toggle(open) {
    if (open && !frame) {
      frame = document.createElement("iframe");
      frame.id = "wenbao-frame";
      frame.title = button.textContent;
      frame.src = base + "/widget";
      frame.style.cssText =
        "display:block;width:min(380px,calc(100vw - 32px));height:min(560px,calc(100vh - 96px));" +
        "border:1px solid #8a94a6;border-radius:8px;margin-bottom:8px;background:#fff";
      root.insertBefore(frame, button);
    }
    if (frame) frame.style.display = open ? "block" : "none";
    button.setAttribute("aria-expanded", String(open));
    if (open) frame.focus();
    else button.focus();
  }
  button.addEventListener("click", function () {
    toggle(button.getAttribute("aria-expanded") !== "true");
  });
  window.addEventListener("message", function (event) {
    var ours = frame && event.source === frame.contentWindow && event.origin === base;
    if (ours && event.data === "wenbao:close") toggle(false);
  });
  root.appendChild(button);
  document.body.appendChild(root);
})();
