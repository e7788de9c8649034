#!/usr/bin/env node
// Made by scripts/bundle-launcher.ts of src/start/launcher: make changes there.
"use strict";
var fs = require("fs");
var vm = require("vm");
var requireOf = (file) => require("module").createRequire(file);
var _a;
var user = (_a = process.geteuid) == null ? void 0 : _a.call(process);
var KIND = 61440;
var DIRECTORY = 16384;
var LINK = 40960;
var REGULAR_FILE = 32768;
var STICKY = 512;
var WRITABLE_BY_OTHERS = 18;
var OPEN_TO_OTHERS = 63;
var isTrustedDir = (dir, home2, made = dir.length) => {
  if (user === void 0 ? !isInProfile(dir, home2) : !dir.startsWith("/")) return false;
  const isInHome = user === void 0 || dir.startsWith(`${home2}/`);
  for (let end = isInHome ? home2.length : 0; end !== -1; end = dir.indexOf("/", end + 1)) {
    const above = dir.slice(0, end) || "/";
    if (end > made) makeDir(above);
    if (!isSafe(above)) return false;
  }
  if (dir.length > made) makeDir(dir);
  return isOwn(fs.lstatSync(dir), DIRECTORY);
};
var isSafe = (dir) => {
  if (user === void 0) return true;
  const { mode, uid } = fs.lstatSync(dir);
  if (uid !== user && uid !== 0) return false;
  if ((mode & (KIND | WRITABLE_BY_OTHERS)) === DIRECTORY) return true;
  return (mode & KIND) === LINK ? isSafeTarget(dir) : (mode & (KIND | STICKY)) === (DIRECTORY | STICKY);
};
var isSafeTarget = (link) => {
  const dir = fs.realpathSync.native(link);
  for (let end = 0; end !== -1; end = dir.indexOf("/", end + 1)) if (!isSafe(dir.slice(0, end) || "/")) return false;
  return isSafe(dir);
};
var isOwn = ({ mode, uid }, kind) => (mode & KIND) === kind && (user === void 0 || uid === user && (mode & OPEN_TO_OTHERS) === 0);
var isInProfile = (dir, profile) => dir.replace(/\\/g, "/").toLowerCase().startsWith(`${profile.replace(/\\/g, "/").toLowerCase()}/`);
var makeDir = (dir) => {
  try {
    fs.mkdirSync(dir, 448);
  } catch (error) {
    if (error.code !== "EEXIST") throw error;
  }
};
var WEEK_MS = 7 * 24 * 36e5;
var MAX_BYTES = 2 ** 24;
var { NODE_DISABLE_COMPILE_CACHE, KUBECACHEDIR, HOME, USERPROFILE } = process.env;
var home = process.platform === "win32" ? USERPROFILE : HOME;
var cacheDir = `${KUBECACHEDIR || `${home}/.kube/cache`}/ack-ram-tool/compile-cache`;
var existing = KUBECACHEDIR ? KUBECACHEDIR.length : (home != null ? home : "").length;
var isTrusted = (made) => !NODE_DISABLE_COMPILE_CACHE && Boolean(home) && isTrustedDir(cacheDir, home != null ? home : "", made);
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
      const source = content.toString("utf8", 2 * length, end);
      const ways = content.toString("utf8", end + 1);
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
    canRead != null ? canRead : canRead = isTrusted();
    if (!canRead) return void 0;
    const { O_RDONLY, O_NOFOLLOW, O_NONBLOCK } = fs.constants;
    file = fs.openSync(`${cacheDir}/${name}`, O_RDONLY | O_NOFOLLOW | O_NONBLOCK);
    const status = fs.fstatSync(file);
    if (!isOwn(status, REGULAR_FILE) || status.size > MAX_BYTES) return void 0;
    const content = Buffer.allocUnsafeSlow(status.size);
    return content.subarray(0, fs.readSync(file, content, 0, status.size, 0));
  } catch {
    return void 0;
  } finally {
    if (file !== void 0) fs.closeSync(file);
  }
};
var isKept = ({ file, script }, way) => !script.cachedDataRejected && file.ways.includes(`
${way}
`);
var writeCompiled = (loaded, way) => {
  try {
    const missing = loaded.filter((one) => !isKept(one, way));
    if (missing.length === 0 || !isTrusted(existing)) return;
    for (const one of missing) write(one, way);
    removeOld();
  } catch {
  }
};
var write = ({ file: { name, source, stamp, ways }, script }, way) => {
  const path = `${cacheDir}/${name}`;
  const temporary = `${path}.${Math.random().toString(36).slice(2)}.tmp`;
  const code = script.createCachedData();
  const known = script.cachedDataRejected ? "\n" : ways.slice(ways.indexOf("\n"));
  try {
    const content = Buffer.concat([code, code, Buffer.from(`${source}\0${stamp}
${way}${known}`)]);
    fs.writeFileSync(temporary, content, { flag: "wx", mode: 384 });
    fs.renameSync(temporary, path);
  } catch (error) {
    remove(temporary);
    throw error;
  }
};
var removeOld = () => {
  for (const name of fs.readdirSync(cacheDir)) {
    const path = `${cacheDir}/${name}`;
    if (name.endsWith(".tmp") || Date.now() - fs.lstatSync(path).mtimeMs > WEEK_MS) remove(path);
  }
};
var remove = (path) => {
  try {
    fs.unlinkSync(path);
  } catch {
  }
};
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
      return id.startsWith("node:") ? require(id) : requireOf(path)(id);
    });
  } catch (error) {
    delete modules[path];
    throw error;
  }
  loadedFiles.push({ file, script });
  return loaded.exports;
};
var ENTRY = `${__dirname}/../dist/start.cjs`;
var HELP = `${__dirname}/../dist/help.json`;
var FULL_PROGRAM = "../dist/start/main.js";
var REINSTALL = "install it again: npm install --global ack-ram-tool";
var REPORT = "this is a bug: please report it with the output of --verbose";
var nextStep = REINSTALL;
var main = () => {
  process.once("uncaughtException", fail);
  const { start } = loadModule(ENTRY);
  nextStep = REPORT;
  void start({ launcher: __filename, helpFile: HELP, loadFull }).then(finish).catch(fail);
};
var loadFull = () => {
  nextStep = REINSTALL;
  process.removeListener("uncaughtException", fail);
  return import(FULL_PROGRAM);
};
var finish = (way) => {
  if (way === void 0) return;
  if (!loadedFiles.every((file) => isKept(file, way))) writeCompiled(loadedFiles, way);
  process.exit();
};
var fail = (error) => exit(`cannot start ack-ram-tool: ${describe(error)} (Internal)`);
var describe = (error) => {
  var _a2, _b, _c;
  const {
    code,
    name = "what was thrown is not an error",
    message,
    stack
  } = error != null ? error : {};
  if (code) return (_a2 = message == null ? void 0 : message.split("\n", 1)[0]) != null ? _a2 : code;
  return name + ((_c = (_b = /\n +(at .*)/.exec(stack != null ? stack : "")) == null ? void 0 : _b[0]) != null ? _c : "").replace(/\s+/, " ");
};
var exit = (message) => {
  try {
    fs.writeSync(2, `Error: ${message}
  Next: ${nextStep}
`);
  } catch {
  }
  process.exit(1);
};
var [major = 0, minor = 0] = process.versions.node.split(".").map(Number);
if (major > 20 || major === 20 && minor >= 19) main();
else {
  nextStep = "install a newer one from https://nodejs.org, and have it first in the PATH";
  exit(`ack-ram-tool needs Node.js 20.19 or later, and this is ${process.version}`);
}
