/** Makes what is published of dist: the exec lane, the program with oclif, and the packages that both import. */
import {fileURLToPath} from 'node:url'

import {bundleFull} from './bundle-full.ts'
import {bundleLane} from './bundle-lane.ts'
import {bundlePackages} from './bundle-packages.ts'
import {writeNotices} from './release/shipped-packages.ts'

const root = fileURLToPath(new URL('..', import.meta.url))
const full = await bundleFull()
const ofLane = await bundleLane('dist/lane', 'node')
const ofPackages = await bundlePackages(new Set([...full.packages, ...ofLane]), full.namesOf, root)
await writeNotices(root, ofPackages)
