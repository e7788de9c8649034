#!/usr/bin/env node
// Made of src/start/launcher by scripts/bundle-launcher.ts
"use strict";

// src/start/launcher/builtins.ts
var load = (name) => {
  var _a, _b;
  return (_b = (_a = process.getBuiltinModule) == null ? void 0 : _a.call(process, name)) != null ? _b : require(name);
};
var fs = load("fs");
var vm = load("vm");

// src/start/launcher/cache-dir.ts
var { NODE_DISABLE_COMPILE_CACHE, KUBECACHEDIR, HOME, USERPROFILE } = process.env;
var home = !NODE_DISABLE_COMPILE_CACHE && (process.platform === "win32" ? USERPROFILE : HOME) || "";
var cacheDir = `${KUBECACHEDIR || `${home}/.kube/cache`}/ack-ram-tool/compile-cache`;

// src/start/launcher/trusted-dir.ts
var user = process.geteuid && process.geteuid();
var KIND = 61440;
var DIRECTORY = 16384;
var LINK = 40960;
var REGULAR_FILE = 32768;
var STICKY = 512;
var WRITABLE_BY_OTHERS = 18;
var OPEN_TO_OTHERS = 63;
var isTrustedDir = (dir, home2, prepare) => {
  if (user === void 0 ? !isInProfile(dir, home2) : !dir.startsWith("/")) return false;
  for (let end = user === void 0 || dir.startsWith(`${home2}/`) ? home2.length : 0; ; ) {
    const path = dir.slice(0, end) || "/";
    if (prepare) prepare(path);
    const { mode, uid } = fs.lstatSync(path);
    if (end === dir.length) return isOwn(mode, uid, DIRECTORY);
    const isPlain = (mode & (KIND | WRITABLE_BY_OTHERS)) === DIRECTORY && (uid === user || uid === 0);
    if (!isPlain && !isSafe(path, mode, uid)) return false;
    end = dir.indexOf("/", end + 1);
    if (end === -1) end = dir.length;
  }
};
var isOwn = (mode, uid, kind) => (mode & KIND) === kind && (user === void 0 || uid === user && (mode & OPEN_TO_OTHERS) === 0);
var isSafe = (path, mode, uid) => {
  if (user === void 0) return true;
  if (uid !== user && uid !== 0) return false;
  if ((mode & KIND) === LINK) return isSafeTarget(fs.realpathSync.native(path));
  return (mode & KIND) === DIRECTORY && ((mode & WRITABLE_BY_OTHERS) === 0 || (mode & STICKY) !== 0);
};
var isSafeTarget = (path) => {
  const { mode, uid } = fs.lstatSync(path);
  const above = path.slice(0, path.lastIndexOf("/")) || "/";
  return isSafe(path, mode, uid) && (path === above || isSafeTarget(above));
};
var isInProfile = (dir, profile) => comparable(dir).startsWith(`${comparable(profile)}/`);
var comparable = (path) => path.replace(/\\/g, "/").toLowerCase();

// src/start/launcher/compile-cache.ts
var canRead;
var readSource = (file) => {
  const { size, ino, ctimeMs } = fs.statSync(file);
  const name = `${file.slice(file.lastIndexOf("/") + 1)}-${size}-${process.version}-${process.arch}.bin`;
  const stamp = `${ino}-${ctimeMs}`;
  const content = readOwn(name);
  if (content) {
    const end = content.lastIndexOf(0);
    const length = (end - size) / 2;
    const code = content.subarray(0, length);
    if (length > 0 && code.equals(content.subarray(length, 2 * length))) {
      const source = content.latin1Slice(2 * length, end);
      const ways = content.latin1Slice(end + 1);
      if (ways.startsWith(`${stamp}
`) || source === fs.readFileSync(file, "utf8"))
        return { name, stamp, source, code, ways };
    }
  }
  return { name, stamp, source: fs.readFileSync(file, "utf8"), ways: "\n" };
};
var readOwn = (name) => {
  let file;
  try {
    canRead != null ? canRead : canRead = home !== "" && isTrustedDir(cacheDir, home);
    if (!canRead) return void 0;
    const { O_RDONLY, O_NOFOLLOW, O_NONBLOCK } = fs.constants;
    file = fs.openSync(`${cacheDir}/${name}`, O_RDONLY | O_NOFOLLOW | O_NONBLOCK);
    const { mode, uid, size } = fs.fstatSync(file);
    if (!isOwn(mode, uid, REGULAR_FILE)) return void 0;
    const content = Buffer.allocUnsafeSlow(size);
    return fs.readSync(file, content, 0, size, 0) === size ? content : void 0;
  } catch {
    return void 0;
  } finally {
    if (file !== void 0) close(file);
  }
};
var close = (file) => {
  try {
    fs.closeSync(file);
  } catch {
  }
};
var isKept = ({ file, script }, way) => !script.cachedDataRejected && file.ways.includes(`
${way}
`);

// src/start/launcher/load-module.ts
var modules = /* @__PURE__ */ Object.create(null);
var loadedFiles = [];
var loadModule = (path) => {
  const known = modules[path];
  if (known) return known.exports;
  const file = readSource(path);
  const script = new vm.Script(`(function (module, exports, require) {${file.source}
})`, {
    filename: path,
    cachedData: file.code
  });
  const loaded = { exports: {} };
  modules[path] = loaded;
  try {
    const evaluate = script.runInThisContext();
    evaluate(loaded, loaded.exports, (id) => {
      if (id === "node:fs") return fs;
      if (id.startsWith("./")) return loadModule(path.slice(0, path.lastIndexOf("/") + 1) + id.slice(2));
      return id.startsWith("node:") ? require(id) : require("module").createRequire(path)(id);
    });
  } catch (error) {
    delete modules[path];
    throw error;
  }
  loadedFiles.push({ file, script });
  return loaded.exports;
};

// src/start/launcher/launcher.ts
var ENTRY = `${__dirname}/../dist/lane/start.cjs`;
var FULL_PROGRAM = "../dist/start/main.js";
var REINSTALL = "install it again: npm install --global ack-ram-tool";
var REPORT = "this is a bug: please report it with this line";
var nextStep = REINSTALL;
var main = () => {
  process.once("uncaughtException", fail);
  const { start } = loadModule(ENTRY);
  nextStep = REPORT;
  void start({ launcher: __filename, readHelp, loadFull }).then(finish).catch(fail);
};
var loadFull = () => {
  nextStep = REINSTALL;
  process.removeListener("uncaughtException", fail);
  if (major > 20) withWriter((writer) => writer.useCacheOfNode());
  return import(FULL_PROGRAM);
};
var readHelp = async () => fs.readFileSync(`${__dirname}/../dist/help.json`, "utf8");
var finish = (ending) => {
  if (!ending) return;
  const { way, exitCode } = ending;
  if (!loadedFiles.every((file) => isKept(file, way))) withWriter((writer) => writer.keepCompiled(loadedFiles, way));
  process.exit(exitCode);
};
var withWriter = (use) => {
  try {
    use(require("../dist/keep-compiled.cjs"));
  } catch {
  }
};
var fail = (error) => {
  if (Object(error).code === "EMFILE") nextStep = "`ulimit -n 256`";
  exit(`Error: cannot start ack-ram-tool: ${describe(error)} (Internal)
  Next: ${nextStep}`);
};
var describe = (error) => {
  if (!(error instanceof Error)) return "what was thrown is not an error";
  const { code = "", name, message, stack = "" } = error;
  if (/^E[A-Z]+$|MODULE_NOT_FOUND$/.test(code)) return message.replace(/\n[^]*/, "");
  const place = /\n +(at .*)/.exec(stack);
  return `${name} ${place ? place[1] : ""}`;
};
var exit = (message) => {
  try {
    fs.writeSync(2, `${message}
`);
  } catch {
  }
  process.exit(1);
};
var [major = 0, minor = 0] = process.versions.node.split(".").map(Number);
if (major > 20 || major === 20 && minor >= 19) main();
else exit(`Error: ack-ram-tool needs Node.js 20.19 or later (https://nodejs.org), and this is ${process.version}`);
