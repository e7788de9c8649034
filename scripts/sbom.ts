/** Prints the bill of materials of what the last build has made. */
import {ROOT} from './release/release.ts'
import {makeSbom} from './release/sbom.ts'

process.stdout.write(await makeSbom(ROOT))
