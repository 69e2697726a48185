// CPython in a worker of its own: it answers one message after another. To stop it, its page ends the worker.
"use strict";
let inside, python, asked;
const say = (kind, content) => postMessage({asked, kind, content});

async function start({parts, module}) {
  const types = {json: "application/json", wasm: "application/wasm"};
  self.fetch = async url => {                             // nothing comes from a network: all parts are here
    const name = String(url).split("/").pop();
    return new Response(parts[name], {headers: {"Content-Type": types[name.split(".").pop()] ?? "text/plain"}});
  };
  WebAssembly.instantiateStreaming = async (_, imports) => ({module, instance: await WebAssembly.instantiate(module, imports)});
  for (const name of ["pyodide.asm.js", "pyodide.js"]) {
    const url = URL.createObjectURL(new Blob([parts[name]], {type: "text/javascript"}));
    importScripts(url);
    URL.revokeObjectURL(url);
  }
  python = await loadPyodide({indexURL: "https://purenn.invalid/"});
  for (const folder of ["/here", "/there"]) python.unpackArchive(parts["purenn.zip"], "zip", {extractDir: folder});
  python.runPython("import sys; sys.path.insert(0, '/here')");
  inside = python.pyimport("purenn.edition.inside");
  inside.begin(say, "/here", "/there");
}

onmessage = async ({data}) => {
  asked = data.id;
  try {
    if (data.kind === "start") await start(data);
    else inside[data.kind](...data.values.map(value => python.toPy(value)));
    say("done", "");
  } catch (error) {
    say("failed", String(error.message ?? error));
  }
};
