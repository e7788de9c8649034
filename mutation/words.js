import {declareValuePlugin, PluginKind} from '@stryker-mutator/api/plugin'

const TEXTS = new Set(['StringLiteral', 'TemplateLiteral'])

/**
 * Leaves the words of errors and log lines alone: the tests of the commands hold those that people act on, and a changed
 * word makes no wrong identity. The code of an error is mutated, and so is what decides whether there is one.
 *
 * JavaScript, since Stryker also loads it where tsx is not.
 */
const words = {
  shouldIgnore: (path) => {
    if (!TEXTS.has(path.node.type)) return undefined
    for (let at = path; at.parentPath; at = at.parentPath) {
      const {type, callee} = at.parentPath.node
      if (at.listKey !== 'arguments' || !callee) continue
      if (type === 'NewExpression' && callee.name === 'AckError' && at.key !== 0) return 'the words of an error'
      if ([callee.object?.name, callee.object?.property?.name].includes('log')) return 'the words of a log line'
    }
    return undefined
  },
}

export const strykerPlugins = [declareValuePlugin(PluginKind.Ignore, 'words', words)]
