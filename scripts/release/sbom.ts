import {createHash} from 'node:crypto'

import {npm} from './pack.ts'
import {shippedPackages} from './shipped-packages.ts'

interface Component {
  readonly 'bom-ref': string
  readonly name: string
  readonly version: string
  readonly properties?: readonly {readonly name: string; readonly value: string}[]
}

interface Bom {
  readonly metadata: {readonly timestamp?: string; readonly component: Component}
  readonly serialNumber?: string
  readonly components: readonly Component[]
  readonly dependencies: readonly {readonly ref: string; readonly dependsOn?: readonly string[]}[]
}

const AS = 'ack-ram-tool:shipped-as'

/**
 * The bill of materials, as JSON of CycloneDX 1.5: what npm says, of the packages that users get. Each has a property that
 * tells how. It holds no time, and its serial number follows from its content, so that the same packages make the same
 * bytes.
 *
 * @param root - of the project, with its build
 */
export const makeSbom = async (root: string): Promise<string> => {
  const all = JSON.parse(await npm(root, 'sbom', '--package-lock-only', ...FORMAT)) as Bom
  const shipped = new Map((await shippedPackages(root)).map((each) => [`${each.name}@${each.version}`, each]))
  // From the lock file alone npm does not know all hashes, and takes for optional what a tool needs optionally.
  const components = all.components.flatMap((component) => {
    const {sha512, as} = shipped.get(`${component.name}@${component.version}`) ?? {}
    if (sha512 === undefined || as === undefined) return []
    const properties = as.map((value) => ({name: AS, value}))
    return [{...component, scope: 'required', hashes: [{alg: 'SHA-512', content: sha512}], properties}]
  })
  const own = all.metadata.component
  const refs = new Set([own, ...components].map((component) => component['bom-ref']))
  const dependencies = all.dependencies
    .filter(({ref}) => refs.has(ref))
    .map(({ref, dependsOn = []}) => ({ref, dependsOn: dependsOn.filter((target) => refs.has(target)).toSorted()}))
  const {timestamp: _, ...metadata} = all.metadata
  // npm names it by the directory of the clone.
  const [name = ''] = own['bom-ref'].split('@')
  const bom = {...all, metadata: {...metadata, component: {...own, name}}, components, dependencies}
  return `${JSON.stringify({...bom, serialNumber: serialNumber({...bom, serialNumber: undefined})}, undefined, 2)}\n`
}

const FORMAT = ['--sbom-format=cyclonedx', '--sbom-type=application']

/** A UUID of version 8 (RFC 9562): of an own kind, here of the content. */
const serialNumber = (content: object): string => {
  const hash = createHash('sha256').update(JSON.stringify(content)).digest('hex')
  return `urn:uuid:${hash.slice(0, 8)}-${hash.slice(8, 12)}-8${hash.slice(13, 16)}-8${hash.slice(17, 20)}-${hash.slice(20, 32)}`
}
