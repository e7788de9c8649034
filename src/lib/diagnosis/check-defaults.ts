import {readDefaultsFiles} from '../defaults/read-defaults.ts'
import {optionsOf} from '../defaults/parse-defaults.ts'
import type {Runtime} from '../base/runtime.ts'
import {ok, problemOf, type Finding} from './finding.ts'

/** The defaults files that are there: what each sets, or why nothing can run with it. */
export const checkDefaults = async (runtime: Runtime): Promise<readonly Finding[]> =>
  (await readDefaultsFiles(runtime)).flatMap(({path, isThere, values, problem}) => {
    if (problem) return [problemOf(problem)]
    if (!isThere) return []
    const options = optionsOf(values)
    return [ok(`${path} sets ${options.length === 0 ? 'nothing' : `defaults of ${options.join(', ')}`}`)]
  })
