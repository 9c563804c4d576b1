// Chats with one deployment, or with two side by side: streamed, stoppable, with their figures.
const form = document.getElementById("playground");
if (form) start();

function start() {
  const words = form.dataset;
  const byId = (id) => document.getElementById(id);
  const panes = [...form.querySelectorAll(".pane")].map((element) => ({ element, turns: [] }));
  let control = null;

  form.addEventListener("submit", (event) => { event.preventDefault(); send(); });
  byId("message").addEventListener("keydown", (event) => {
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) { event.preventDefault(); send(); }
  });
  byId("halt").addEventListener("click", () => control?.abort());
  byId("clear").addEventListener("click", () => {
    control?.abort();
    for (const pane of panes) { pane.turns = []; pane.element.querySelector(".chat").replaceChildren(); figures(pane, ""); }
    byId("message").focus();
  });
  for (const pane of panes) for (const button of pane.element.querySelectorAll("[data-copy]")) {
    button.addEventListener("click", () => copy(button, request(pane)));
  }

  async function send() {
    const text = byId("message").value.trim();
    if (!text || control) return;
    byId("message").value = "";
    control = new AbortController();
    busy(true);
    await Promise.all(panes.map((pane) => ask(pane, text, control.signal)));
    control = null;
    busy(false);
    byId("message").focus();
  }

  function busy(on) { byId("send").disabled = on; byId("halt").hidden = !on; }

  function request(pane) {
    const system = byId("system").value.trim();
    const body = { model: pane.element.querySelector(".name").value, messages: [...(system ? [{ role: "system", content: system }] : []), ...pane.turns] };
    for (const name of ["temperature", "top_p", "max_tokens", "seed"]) {
      const value = byId(name).value;
      if (value !== "") body[name] = Number(value);
    }
    return body;
  }

  async function ask(pane, text, signal) {
    pane.turns.push({ role: "user", content: text });
    bubble(pane, "user", words.you).textContent = text;
    const shown = bubble(pane, "assistant", words.model);
    const answer = { text: "", events: 0, began: performance.now(), first: null, usage: null };
    try {
      const body = { ...request(pane), stream: true, stream_options: { include_usage: true } };
      const response = await fetch(pane.element.dataset.url, {
        method: "POST", signal, body: JSON.stringify(body),
        headers: { "Content-Type": "application/json", "X-CSRFToken": form.querySelector("[name=csrfmiddlewaretoken]").value },
      });
      if (!response.ok) throw new Error(await refusal(response));
      await read(response, answer, () => { shown.textContent = answer.text; figures(pane, summary(answer)); });
    } catch (error) {
      note(shown, error.name === "AbortError" ? words.stopped : `${words.failed}: ${error.message}`);
    }
    if (answer.text) pane.turns.push({ role: "assistant", content: answer.text });
    figures(pane, summary(answer));
  }

  async function refusal(response) {
    const text = await response.text();
    try {
      const document_ = JSON.parse(text);
      return document_.detail || document_.error?.message || document_.message || text;
    } catch { return text.slice(0, 300); }
  }

  async function read(response, answer, changed) {
    const decoder = new TextDecoder();
    const reader = response.body.getReader();
    let rest = "";
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      const events = (rest + decoder.decode(value, { stream: true })).split("\n\n");
      rest = events.pop();
      for (const event of events) take(event, answer);
      changed();
    }
  }

  function take(event, answer) {
    if (!event.startsWith("data: {")) return;
    const data = JSON.parse(event.slice(6));
    if (data.error) throw new Error(data.error.message);
    if (data.usage) answer.usage = data.usage;
    const delta = data.choices?.[0]?.delta;
    const piece = delta?.content ?? delta?.reasoning_content ?? "";
    if (!piece) return;
    answer.first ??= performance.now();
    answer.last = performance.now();
    answer.events += 1;
    answer.text += piece;
  }

  function summary(answer) {
    if (answer.first === null) return "";
    const tokens = answer.usage?.completion_tokens ?? answer.events;
    const seconds = (answer.last - answer.first) / 1000;
    const speed = seconds > 0 ? ((tokens - 1) / seconds).toFixed(1) : "–";
    const line = words.figures.replace("{tokens}", tokens).replace("{speed}", speed).replace("{first}", Math.round(answer.first - answer.began));
    return answer.usage ? `${line} · ${words.promptTokens.replace("{tokens}", answer.usage.prompt_tokens)}` : line;
  }

  function figures(pane, text) { pane.element.querySelector(".figures").textContent = text; }

  function bubble(pane, role, who) {
    const box = document.createElement("div");
    box.className = `bubble ${role}`;
    const label = document.createElement("small");
    label.textContent = who;
    const text = document.createElement("div");
    text.className = "text";
    box.append(label, text);
    const chat = pane.element.querySelector(".chat");
    chat.append(box);
    chat.scrollTop = chat.scrollHeight;
    return text;
  }

  function note(shown, text) {
    const line = document.createElement("small");
    line.className = "problem";
    line.textContent = text;
    shown.after(line);
  }

  async function copy(button, body) {
    const last = body.messages.at(-1)?.role === "user" ? [] : [{ role: "user", content: byId("message").value || "…" }];
    const whole = { ...body, messages: [...body.messages, ...last] };
    const text = button.dataset.copy === "curl" ? asCurl(whole) : asPython(whole);
    const shown = button.closest(".pane").querySelector(".snippet");
    shown.textContent = text;
    shown.hidden = false;
    try {
      await navigator.clipboard.writeText(text);
    } catch {
      // Without HTTPS browsers let no page write there: it is selected, ready to be copied.
      window.getSelection().selectAllChildren(shown);
      return;
    }
    const before = button.textContent;
    button.textContent = words.copied;
    setTimeout(() => { button.textContent = before; }, 1500);
  }

  function asCurl(body) {
    const quoted = JSON.stringify(body).replaceAll("'", "'\\''");
    return `curl ${location.origin}/v1/chat/completions \\\n  -H "Authorization: Bearer $LLM_PLATFORM_TOKEN" \\\n  -H 'Content-Type: application/json' \\\n  -d '${quoted}'`;
  }

  function asPython(body) {
    const rows = Object.entries(body).map(([name, value]) => `    ${name}=${JSON.stringify(value)},`);
    return `import os\n\nfrom openai import OpenAI\n\nclient = OpenAI(base_url="${location.origin}/v1", api_key=os.environ["LLM_PLATFORM_TOKEN"])\nanswer = client.chat.completions.create(\n${rows.join("\n")}\n)\nprint(answer.choices[0].message.content)`;
  }
}
