/**
 * Runs before every command, ours and others. With HELLO_PRERUN=1 it says which one: on stderr, since stdout belongs to
 * the command.
 *
 * @type {import('@oclif/core').Hook.Prerun}
 */
const prerun = async ({Command}) => {
  if (process.env.HELLO_PRERUN === '1') process.stderr.write(`hello: ${Command.id} is about to run\n`)
}

export default prerun
