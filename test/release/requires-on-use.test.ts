import {expect} from 'chai'

import {withRequiresOnUse} from '../../scripts/requires-on-use.ts'

interface Exports {
  readonly use: () => string
  readonly make: () => object
  readonly call: () => string
  readonly heir: object
  readonly property: number
  readonly name: string
  readonly Space: {readonly name: string}
}

class Named {
  readonly kind = 'named'
}

/** Runs a CommonJS module in which `require` is recorded. */
const load = (code: string): {readonly exports: Exports; readonly required: readonly string[]} => {
  const required: string[] = []
  const require = (name: string): object => {
    required.push(name)
    return {__esModule: true, name, default: `default of ${name}`, Named}
  }
  const exports = {} as Exports
  // oxlint-disable-next-line typescript/no-implied-eval, no-new-func
  new Function('exports', 'require', withRequiresOnUse(code))(exports, require)
  return {exports, required}
}

describe('withRequiresOnUse', () => {
  it('requires a module when it is used first, and once', () => {
    const {exports, required} = load(`
      "use strict";
      const one_1 = require("one");
      exports.use = () => one_1.name + one_1.name;`)
    expect(required).to.deep.equal([])
    expect(exports.use()).to.equal('oneone')
    expect(exports.use()).to.equal('oneone')
    expect(required).to.deep.equal(['one'])
  })

  it('keeps what is used at once, made with new, and what is named alike', () => {
    const {exports, required} = load(`
      const one_1 = require("one");
      var two_1 = require("two");
      class Heir extends one_1.Named {}
      exports.heir = new Heir();
      exports.make = () => new two_1.Named();
      exports.call = () => (0, two_1.Named).name;
      exports.property = {two_1: 1}.two_1;`)
    expect(required).to.deep.equal(['one'])
    expect(exports.heir.constructor.name).to.equal('Heir')
    expect(exports.make().constructor.name).to.equal('Named')
    expect(exports.call()).to.equal('Named')
    expect(exports.property).to.equal(1)
    expect(required).to.deep.equal(['one', 'two'])
  })

  it('knows the helpers of TypeScript for default imports and namespaces, and what is exported again', () => {
    const {exports, required} = load(`
      var __importDefault = (mod) => mod && mod.__esModule ? mod : {default: mod};
      var __importStar = (mod) => mod;
      exports.Space = void 0;
      const one_1 = __importDefault(require("one"));
      exports.Space = __importStar(require("two"));
      var three_1 = require("three");
      Object.defineProperty(exports, "name", {enumerable: true, get: function () { return three_1.name; }});
      exports.use = () => one_1.default;`)
    expect(required).to.deep.equal([])
    expect(exports.use()).to.equal('default of one')
    expect(exports.Space.name).to.equal('two')
    expect(exports.name).to.equal('three')
    expect(required).to.deep.equal(['one', 'two', 'three'])
  })

  it('requires at once what is required for what it does', () => {
    expect(load('require("one");').required).to.deep.equal(['one'])
  })
})
