// The lab: Python in the page, code that is changed and run, a drawing that is read.

// Python: fetched when it is first asked for, and from then on in a worker

const lab = {worker: null, ready: null, parts: null, module: null, waiting: new Map(), last: 0, times: {}};

function status(words) {
  let box = $("#status");
  if (!words) { box?.remove(); return; }
  if (!box) document.body.append(box = make("div", {id: "status", role: "status"}));
  box.textContent = words;
}
async function unpacked(text) {
  const bytes = Uint8Array.from(atob(text), c => c.charCodeAt(0));
  return new Response(new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"))).arrayBuffer();
}
async function fetchPython() {
  if (lab.parts) return;
  const began = performance.now();
  status("Fetching Python …");
  if (typeof RUNTIME === "undefined") await new Promise((resolve, reject) => document.head.append(make("script", {
    src: "python.js", onload: resolve, onerror: () => reject(new Error("python.js, beside this page, cannot be read"))})));
  status("Starting Python …");
  lab.parts = Object.fromEntries(await Promise.all(Object.entries(RUNTIME).map(async ([name, text]) => [name, await unpacked(text)])));
  lab.module = await WebAssembly.compile(lab.parts["pyodide.asm.wasm"]);
  delete lab.parts["pyodide.asm.wasm"];
  lab.times.fetched = performance.now() - began;
}
async function start() {
  await fetchPython();
  const began = performance.now();
  lab.worker = new Worker(URL.createObjectURL(new Blob([lab.parts["worker.js"]], {type: "text/javascript"})));
  lab.worker.onmessage = ({data}) => {
    const one = lab.waiting.get(data.asked);
    if (!one) return;
    if (data.kind === "done" || data.kind === "failed") {
      lab.waiting.delete(data.asked);
      data.kind === "done" ? one.resolve() : one.reject(new Error(data.content));
    } else one.hear(data.kind, data.content);
  };
  await post({kind: "start", parts: lab.parts, module: lab.module});
  for (const [module, blocks] of Object.entries(changes())) await post({kind: "change", values: [module, blocks]});
  lab.times.started = performance.now() - began;
  status("");
}
function post(message, hear = () => {}) {
  const id = ++lab.last;
  return new Promise((resolve, reject) => {
    lab.waiting.set(id, {resolve, reject, hear});
    lab.worker.postMessage({...message, id});
  });
}
async function ask(kind, values, hear) {
  try { await (lab.ready ??= start()); } catch (error) { stop(); throw error; }
  return post({kind, values}, hear);
}
function stop() {
  lab.worker?.terminate();
  lab.worker = lab.ready = null;
  for (const one of lab.waiting.values()) one.reject(new Error("stopped"));
  lab.waiting.clear();
  status("");
}

// Code that is written: a textarea over its own text in colours

const WORDS = /(#.*)|("""[\s\S]*?"""|'''[\s\S]*?'''|[rbf]?"(?:\\.|[^"\\\n])*"|[rbf]?'(?:\\.|[^'\\\n])*')|\b(\d[\w.]*)\b|\b(False|None|True|and|as|assert|break|class|continue|def|del|elif|else|except|finally|for|from|global|if|import|in|is|lambda|nonlocal|not|or|pass|raise|return|try|while|with|yield)\b|^(>>> ?|\.\.\. ?)/gm;
const safe = text => text.replace(/[&<>]/g, c => ({"&": "&amp;", "<": "&lt;", ">": "&gt;"}[c]));
function inColours(text) {
  let out = "", done = 0;
  for (const found of text.matchAll(WORDS)) {
    const css = "csnkp"[found.slice(1).findIndex(part => part !== undefined)];
    out += safe(text.slice(done, found.index)) + `<span class="${css}">${safe(found[0])}</span>`;
    done = found.index + found[0].length;
  }
  return out + safe(text.slice(done));
}
function editor(text, label, run) {
  const colours = make("pre", {ariaHidden: "true"});
  const area = make("textarea", {value: text, spellcheck: false, autocapitalize: "off", ariaLabel: label});
  const paint = () => { colours.innerHTML = inColours(area.value) + "\n"; };
  area.addEventListener("input", paint);
  area.addEventListener("keydown", event => {
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey || event.shiftKey)) { event.preventDefault(); run(); }
    else if (event.key === "Enter") {                                   // a new line begins where this one does
      const before = area.value.slice(0, area.selectionStart).split("\n").pop();
      const indent = before.match(/^ */)[0] + (/:\s*$/.test(before) ? "    " : "");
      if (indent) { event.preventDefault(); document.execCommand("insertText", false, "\n" + indent); }
    } else if (event.key === "Tab" && !event.shiftKey && area.dataset.left !== "yes") {
      event.preventDefault(); document.execCommand("insertText", false, "    ");
    }
    area.dataset.left = event.key === "Escape" ? "yes" : "no";           // Esc, then Tab: on to the next button
  });
  paint();
  return {node: make("div", {className: "editor"}, colours, area), area, set: value => { area.value = value; paint(); }};
}

// Changes: kept from page to page, by module and by lines

const KEPT = "purenn.changes." + (document.documentElement.dataset.edition ?? "");
function changes() { try { return JSON.parse(localStorage.getItem(KEPT)) ?? {}; } catch { return kept; } }
let kept = {};                                          // where the browser keeps nothing
async function keep(module, place, text) {
  const all = changes(), blocks = {...all[module]};
  if (text === null) delete blocks[place]; else blocks[place] = text;
  if (Object.keys(blocks).length) all[module] = blocks; else delete all[module];
  kept = all;
  try { localStorage.setItem(KEPT, JSON.stringify(all)); } catch { /* they last as long as the page */ }
  showChanges();
  if (lab.ready) await ask("change", [module, blocks]);
}
function showChanges() {
  $("#changes")?.remove();
  const modules = Object.keys(changes());
  if (!modules.length) return;
  const back = make("button", {textContent: "Take all back"});
  back.onclick = async () => {
    for (const [module, blocks] of Object.entries(changes())) for (const place of Object.keys(blocks)) await keep(module, place, null);
    for (const node of $$(".lines.changed")) node.asItWas?.();
  };
  document.body.append(make("div", {id: "changes", role: "status"}, `Changed: ${modules.join(", ")} `, back));
}

// A module's lines

function editable(node) {
  const {module, lines: place} = node.dataset, pre = $("pre", node), original = pre.innerHTML;
  const text = () => $$(".l", pre).map(line => line.dataset.source ?? line.textContent).join("\n");
  const first = text(), change = make("button", {textContent: "Change"}), back = make("button", {textContent: "As it was", hidden: true});
  const bar = make("div", {className: "bar"}, back, change);
  node.append(bar);
  let writing = null;
  const show = now => {
    writing?.node.remove();
    writing = null;
    pre.hidden = false;
    node.classList.remove("editing");
    node.classList.toggle("changed", now !== null);
    if (now === null) pre.innerHTML = original; else pre.innerHTML = inColours(now);
    change.textContent = "Change";
    back.hidden = now === null;
  };
  node.asItWas = () => show(null);
  const use = async () => {
    const now = writing.area.value.trimEnd();
    show(now === first.trimEnd() ? null : now);
    try { await keep(module, place, now === first.trimEnd() ? null : now); } catch (error) { status(error.message); }
  };
  change.onclick = () => {
    if (writing) return void use();
    writing = editor(changes()[module]?.[place] ?? first, `Lines ${place} of ${module}`, use);
    pre.hidden = true;
    pre.after(writing.node);
    node.classList.add("editing");
    change.textContent = "Use it";
    back.hidden = false;
    writing.area.focus();
  };
  back.onclick = async () => { show(null); await keep(module, place, null); };
  const now = changes()[module]?.[place];
  if (now !== undefined) show(now);
}

// A cell

function runnable(cell) {
  const source = $(".source", cell), before = $(".out", cell), original = source.textContent;
  const run = make("button", {className: "main", textContent: "Run"}), end = make("button", {textContent: "Stop", disabled: true});
  const back = make("button", {textContent: "As it was"}), note = make("span");
  const out = make("pre", {className: "out"}), pictures = make("div", {className: "pictures"});
  const result = make("div", {className: "result", ariaLive: "polite"}, out, pictures);
  const judge = cell.closest("[data-judge]");
  const go = async () => {
    run.disabled = true; end.disabled = false;
    before?.remove();
    out.textContent = ""; pictures.replaceChildren(); $$(".verdict", result).forEach(node => node.remove());
    const began = performance.now();
    let first = 0;
    const hear = (kind, content) => {
      if (kind === "out") { first ||= performance.now() - began; out.textContent += content; }
      if (kind === "picture") pictures.append(make("div", {innerHTML: content}));
      if (kind === "network") drawing();
      if (kind === "judgement") {
        const right = !content || /verdict: right/.test(content);
        judgement(judge, right, content || "Right.");
        if (right) unfold($("details", judge));
      }
      if (kind === "verdict") {
        const right = /verdict: right\b/.test(content);
        result.append(make("div", {className: "verdict" + (right ? " right" : "")},
          make("b", {textContent: right ? "check finds nothing wrong with your network." : "check, on your network:"}), make("pre", {textContent: content})));
      }
    };
    try {
      if (judge) await ask("answer", [judge.dataset.judge, code.area.value], hear);
      else await ask("cell", [code.area.value], hear);
      lab.times.first = first; lab.times.total = performance.now() - began;
      note.textContent = `${(lab.times.total / 1000).toFixed(1)} s`;
      if (!judge && ["matrix", "network"].some(name => changes()[name])) await ask("verdict", [], hear);
    } catch (error) { out.textContent += error.message + "\n"; }
    run.disabled = false; end.disabled = true;
  };
  const code = editor(original, "Code: change it, and run it with Ctrl and Enter", go);
  source.replaceWith(code.node);
  code.node.after(make("div", {className: "bar"}, run, end, back, note), result);
  run.onclick = go;
  end.onclick = stop;
  back.onclick = () => { code.set(original); };
}

// Examples of a docstring: one after another, as in the module

function testable(box) {
  const pre = $("pre", box), original = pre.innerHTML, text = pre.textContent;
  const run = make("button", {textContent: "Run"}), change = make("button", {textContent: "Change"}), back = make("button", {textContent: "As it was", hidden: true});
  let code = null;
  const source = () => code ? code.area.value : text;
  box.source = source;
  const go = async () => {
    const all = $$(".example", box.closest(".prose")), earlier = all.slice(0, all.indexOf(box)).map(one => one.source?.() ?? "").join("\n");
    run.disabled = true;
    try {
      await ask("example", [box.dataset.module, earlier, source()], (kind, content) => {
        if (kind !== "transcript") return;
        pre.replaceChildren(...JSON.parse(content).flatMap(([line, got, same]) => [
          ...line.trimEnd().split("\n").map((part, k) => make("span", {innerHTML: `<span class="p">${k ? "..." : "&gt;&gt;&gt;"} </span>${inColours(part)}\n`})),
          make("span", {className: "o " + (same ? "same" : "other"), textContent: got})]));
      });
      pre.hidden = false; code?.node.remove(); back.hidden = false; box.now = code?.area.value ?? text; code = null;
    } catch (error) { status(error.message); setTimeout(() => status(""), 5000); }
    run.disabled = false;
  };
  run.onclick = go;
  change.onclick = () => {
    if (code) return;
    code = editor(box.now ?? text, "Examples: change them, and run them with Ctrl and Enter", go);
    pre.hidden = true; pre.after(code.node); code.area.focus(); back.hidden = false;
  };
  back.onclick = () => { code?.node.remove(); code = null; box.now = undefined; pre.hidden = false; pre.innerHTML = original; back.hidden = true; };
  box.append(make("div", {className: "bar"}, run, change, back));
}

// A digit, drawn

function drawing() {
  for (const place of $$(".draw")) {
    if ($("canvas", place)) continue;
    const sheet = make("canvas", {className: "sheet", width: 480, height: 480, tabIndex: 0, ariaLabel: "Sheet to draw a digit on, with mouse, pen or finger"});
    const seen = make("canvas", {className: "seen", width: 8, height: 8, ariaLabel: "The drawing as the network sees it"});
    const bars = make("ol", {className: "bars", ariaLive: "polite"}), clear = make("button", {textContent: "Clear"});
    for (let digit = 0; digit < 10; digit++) bars.append(make("li", {}, String(digit), make("i", {}, make("b")), make("span")));
    place.append(make("div", {className: "drawing"}, make("div", {}, sheet, make("p", {className: "bar"}, clear)), seen, bars));
    const pen = sheet.getContext("2d");
    let strokes = [], stroke = null, busy = false, again = false;
    const paint = () => {
      pen.clearRect(0, 0, 480, 480);
      pen.lineWidth = 38; pen.lineCap = pen.lineJoin = "round";
      pen.strokeStyle = getComputedStyle(sheet).color;
      for (const points of strokes) {
        pen.beginPath();
        for (const [x, y] of points) pen.lineTo(480 * x, 480 * y);
        if (points.length === 1) pen.lineTo(480 * points[0][0] + .1, 480 * points[0][1]);
        pen.stroke();
      }
    };
    const read = async () => {
      if (busy) { again = true; return; }
      busy = true;
      try {
        await ask("read", [strokes, 0.08], (kind, content) => {
          if (kind !== "read") return;
          const {picture, output} = JSON.parse(content), best = output.indexOf(Math.max(...output));
          const ink = seen.getContext("2d"), image = ink.createImageData(8, 8);
          picture.forEach((level, k) => image.data.set([90, 90, 90, 255 * level], 4 * k));
          ink.putImageData(image, 0, 0);
          [...bars.children].forEach((item, k) => {
            item.className = k === best ? "best" : "";
            $("b", item).style.width = 100 * output[k] + "%";
            $("span", item).textContent = output[k].toFixed(3);
          });
          place.dataset.digit = best;
        });
      } catch { /* a drawing with too little ink yet */ }
      busy = false;
      if (again) { again = false; read(); }
    };
    const at = event => {
      const box = sheet.getBoundingClientRect();
      return [(event.clientX - box.left) / box.width, (event.clientY - box.top) / box.height].map(z => Math.min(1, Math.max(0, z)));
    };
    sheet.onpointerdown = event => { sheet.setPointerCapture(event.pointerId); strokes.push(stroke = [at(event)]); paint(); };
    sheet.onpointermove = event => { if (stroke) { stroke.push(at(event)); paint(); read(); } };
    sheet.onpointerup = sheet.onpointercancel = () => { stroke = null; read(); };
    clear.onclick = () => { strokes = []; paint(); };
  }
}

if (PYTHON) {
  $$(".live").forEach(part => { part.hidden = false; });
  $$(".lines").forEach(editable);
  $$(".cell").forEach(runnable);
  $$(".example").forEach(testable);
  showChanges();
}
