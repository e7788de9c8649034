import type {PluginContext} from 'rollup'

/** All that modules import before they run, directly or not, themselves included. */
export const staticImportsOf = (
  entries: readonly string[],
  getModuleInfo: PluginContext['getModuleInfo'],
): ReadonlySet<string> => {
  const found = new Set<string>()
  const visit = (id: string): void => {
    if (found.has(id)) return
    found.add(id)
    for (const imported of getModuleInfo(id)?.importedIds ?? []) visit(imported)
  }
  for (const entry of entries) visit(entry)
  return found
}
