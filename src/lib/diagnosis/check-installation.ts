import {buildInfo} from '../base/build-info.ts'
import type {Runtime} from '../base/runtime.ts'
import {installedPlugins} from '../plugins/installed-plugins.ts'
import {ok, warning, type Finding} from './finding.ts'
import {findPrograms} from '../programs/find-programs.ts'
import {describeTool, toolVersion} from '../programs/tool-version.ts'

/** What runs, which tools of this name are in PATH, and which plugins are installed. */
export const checkInstallation = async (runtime: Runtime): Promise<readonly Finding[]> => {
  const {version, commit, runtime: engine, isStandalone, platform} = buildInfo(runtime)
  const by = isStandalone ? `standalone executable, ${engine}` : engine
  return [
    ok(`ack-ram-tool ${version}${commit === '' ? '' : ` (${commit})`}, ${by}, ${platform}`),
    ...(await inPath(runtime)),
    ...plugins(runtime, isStandalone),
  ]
}

const inPath = async (runtime: Runtime): Promise<readonly Finding[]> => {
  const paths = findPrograms('ack-ram-tool', runtime)
  const found = await Promise.all(
    paths.map(async (path) => {
      const {tool, version} = (await toolVersion(path, runtime)) ?? {}
      return {path, tool, version}
    }),
  )
  const [first] = found
  if (!first)
    return [warning('ack-ram-tool is not in PATH', 'add its directory to PATH, or merge with --exec-command <path>')]
  const versions = new Set(found.flatMap(({tool, version}) => (version === undefined ? [] : [`${tool} ${version}`])))
  const allSay = found.every(({version}) => version !== undefined)
  const described = found.map(({path, tool, version}) => `${path} (${describeTool(tool, version)})`)
  if (found.length === 1 || (allSay && versions.size === 1)) return [ok(`in PATH: ${described.join(', ')}`)]
  return [
    warning(
      `${versions.size > 1 ? 'different' : 'several'} programs of this name are in PATH, and the first one runs: ${described.join(', ')}`,
      'remove the others, or write the path of the one that you want into the exec entries: --exec-command <path>',
    ),
  ]
}

const plugins = (runtime: Runtime, isStandalone: boolean): readonly Finding[] => {
  const {plugins, fault, path} = installedPlugins(runtime)
  if (fault !== undefined)
    return [
      warning(
        `the list of plugins in ${path} is not used, and all of them are skipped: ${fault}`,
        `correct or remove ${path}`,
      ),
    ]
  if (plugins.length === 0) return []
  const names = plugins.map(({name}) => name).join(', ')
  return [
    isStandalone
      ? warning(`plugins are installed, which a standalone executable cannot load: ${names}`, 'use the npm package')
      : ok(`plugins: ${names}; each kubectl loads them, which takes longer`),
  ]
}
