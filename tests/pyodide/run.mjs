// node run.mjs MODULE [ARGUMENT ...]: what `python -m MODULE ARGUMENT ...` does in a clone, under Pyodide.
import { fileURLToPath } from "node:url";
import { loadPyodide } from "pyodide";

const pyodide = await loadPyodide();
pyodide.mountNodeFS("/clone", fileURLToPath(new URL("../..", import.meta.url)));
pyodide.globals.set("argv", pyodide.toPy(process.argv.slice(2)));
process.exitCode = pyodide.runPython(`
import runpy, sys, traceback
sys.path.insert(0, "/clone")
sys.argv, status = argv, 0
try:
    runpy.run_module(argv[0], run_name="__main__", alter_sys=True)
except SystemExit as end:
    status = end.code or 0
except BaseException:
    traceback.print_exc()
    status = 1
status`);
