import {findAddon, type Addon} from '../../container-service/addons.ts'
import {RRSA_INSTALL_OPTIONS} from '../../options/rrsa-definitions.ts'
import {suggestedCommand, type Typed} from '../../options/suggested-command.ts'
import {within, type Calling} from '../../ram/call-ram.ts'
import {WEBHOOK_ADDON} from '../../rrsa/webhook.ts'
import {waitForTask, waitUntil, type Patience} from './wait-for-task.ts'

/** The command that installs the webhook. */
export const installCommand = (clusterId: string, run: Typed): string =>
  suggestedCommand(['rrsa', 'install-helper-addon', '--cluster-id', clusterId], RRSA_INSTALL_OPTIONS, run)

/**
 * Waits until the webhook is installed: for its task, then for the add-on itself.
 *
 * @param taskId - empty if it is not known
 * @throws AckError as {@link waitForTask} does
 */
export const waitForAddon = async (
  taskId: string,
  clusterId: string,
  calling: Calling,
  patience: Patience,
): Promise<Addon> => {
  if (taskId) await waitForTask(taskId, clusterId, calling, patience)
  let addon: Addon | undefined
  const next = `run \`${installCommand(clusterId, calling.context)}\` again, which looks first`
  await waitUntil({what: `add-on ${WEBHOOK_ADDON}`, next}, patience, async () => {
    addon = await within(calling, (ofCall) => findAddon(WEBHOOK_ADDON, {clusterId, ...ofCall}))
    return {isOver: addon !== undefined, progress: 'not installed yet'}
  })
  return addon as Addon
}
