import type {Command} from '@oclif/core'
import type {Manifest, PJSON} from '@oclif/core/interfaces'

import autocompleteManifest from '../../../node_modules/@oclif/plugin-autocomplete/oclif.manifest.json' with {type: 'json'}
import autocompletePackage from '../../../node_modules/@oclif/plugin-autocomplete/package.json' with {type: 'json'}
import helpManifest from '../../../node_modules/@oclif/plugin-help/oclif.manifest.json' with {type: 'json'}
import helpPackage from '../../../node_modules/@oclif/plugin-help/package.json' with {type: 'json'}
import ownManifest from '../../../oclif.manifest.json' with {type: 'json'}
import ownPackage from '../../../package.json' with {type: 'json'}
import type {Embedded} from './embedded-config.ts'

// What oclif would read from these files; it does not look at their form either.
const pjsonOf = (content: unknown): PJSON => content as PJSON
const manifestOf = (content: unknown): Manifest => content as Manifest

/** The plugins that the executable brings along, this program itself first. Bun embeds what is imported by such names. */
export const EMBEDDED_PLUGINS: readonly Embedded[] = [
  {
    pjson: pjsonOf(ownPackage),
    manifest: manifestOf(ownManifest),
    commands: {
      'autocomplete:script': () => import('../../commands/autocomplete/script.ts'),
      'auth:whoami': () => import('../../commands/auth/whoami.ts'),
      'autocomplete:values': () => import('../../commands/autocomplete/values.ts'),
      'config:list': () => import('../../commands/config/list.ts'),
      'config:path': () => import('../../commands/config/path.ts'),
      'credential-plugin:cache:clear': () => import('../../commands/credential-plugin/cache/clear.ts'),
      'credential-plugin:cache:list': () => import('../../commands/credential-plugin/cache/list.ts'),
      'credential-plugin:get-credential': () => import('../../commands/credential-plugin/get-credential.ts'),
      'credential-plugin:get-kubeconfig': () => import('../../commands/credential-plugin/get-kubeconfig.ts'),
      'credential-plugin:get-token': () => import('../../commands/credential-plugin/get-token.ts'),
      'credential-plugin:inspect-token': () => import('../../commands/credential-plugin/inspect-token.ts'),
      'credential-plugin:update-kubeconfig': () => import('../../commands/credential-plugin/update-kubeconfig.ts'),
      completion: () => import('../../commands/completion.ts'),
      doctor: () => import('../../commands/doctor.ts'),
      'export-credentials': () => import('../../commands/export-credentials.ts'),
      'list-clusters': () => import('../../commands/list-clusters.ts'),
      'rbac:cleanup-user-permissions': () => import('../../commands/rbac/cleanup-user-permissions.ts'),
      'rbac:restore-user-permissions': () => import('../../commands/rbac/restore-user-permissions.ts'),
      'rbac:scan-user-permissions': () => import('../../commands/rbac/scan-user-permissions.ts'),
      'rrsa:associate-role': () => import('../../commands/rrsa/associate-role.ts'),
      'rrsa:assume-role': () => import('../../commands/rrsa/assume-role.ts'),
      'rrsa:demo': () => import('../../commands/rrsa/demo.ts'),
      'rrsa:disable': () => import('../../commands/rrsa/disable.ts'),
      'rrsa:disassociate-role': () => import('../../commands/rrsa/disassociate-role.ts'),
      'rrsa:enable': () => import('../../commands/rrsa/enable.ts'),
      'rrsa:install-helper-addon': () => import('../../commands/rrsa/install-helper-addon.ts'),
      'rrsa:list-associations': () => import('../../commands/rrsa/list-associations.ts'),
      'rrsa:setup-addon': () => import('../../commands/rrsa/setup-addon.ts'),
      'rrsa:status': () => import('../../commands/rrsa/status.ts'),
      'rrsa:verify': () => import('../../commands/rrsa/verify.ts'),
      'utils:test-ecs-metadata': () => import('../../commands/utils/test-ecs-metadata.ts'),
      version: () => import('../../commands/version.ts'),
    },
  },
  {
    pjson: pjsonOf(helpPackage),
    manifest: manifestOf(helpManifest),
    commands: {help: async () => ({default: (await import('./embedded-help.ts')).EmbeddedHelp})},
  },
  {
    pjson: pjsonOf(autocompletePackage),
    manifest: manifestOf(autocompleteManifest),
    commands: {
      autocomplete: () =>
        commandOf(import('../../../node_modules/@oclif/plugin-autocomplete/lib/commands/autocomplete/index.js')),
      'autocomplete:create': () =>
        commandOf(import('../../../node_modules/@oclif/plugin-autocomplete/lib/commands/autocomplete/create.js')),
    },
  },
]

const commandOf = async (module: Promise<object>): Promise<{readonly default: Command.Class}> =>
  (await module) as {readonly default: Command.Class}
