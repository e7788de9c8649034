import {readdir, readFile} from 'node:fs/promises'
import {join} from 'node:path'
import {fileURLToPath} from 'node:url'

import {convertWorkflowTemplate, NoOperationTraceWriter, parseWorkflow} from '@actions/workflow-parser'
import {parseAction} from '@actions/workflow-parser/actions/action-parser'
import {expect} from 'chai'
import {parse} from 'yaml'

import {TARGETS} from '../../scripts/release/targets.ts'

const ROOT = fileURLToPath(new URL('../..', import.meta.url))
const WORKFLOWS = '.github/workflows'

interface Step {
  readonly uses?: string
  readonly run?: string
  readonly with?: Readonly<Record<string, unknown>>
}

interface Job {
  readonly needs?: string | readonly string[]
  readonly permissions?: Readonly<Record<string, string>>
  readonly steps: readonly Step[]
  readonly strategy?: {readonly matrix: Readonly<Record<string, readonly string[]>>}
}

interface Workflow {
  readonly permissions?: Readonly<Record<string, string>>
  readonly jobs: Readonly<Record<string, Job>>
}

const read = (path: string): Promise<string> => readFile(join(ROOT, path), 'utf8')

/** What GitHub's own parser and its schema say against a workflow. */
const faultsOf = async (name: string, content: string): Promise<readonly string[]> => {
  const {context, value} = parseWorkflow({name, content}, new NoOperationTraceWriter())
  if (value) await convertWorkflowTemplate(context, value)
  return context.errors.getErrors().map(({message}) => message)
}

describe('the workflows', () => {
  let workflows: readonly (readonly [name: string, text: string, content: Workflow])[]

  before(async () => {
    const names = await readdir(join(ROOT, WORKFLOWS))
    workflows = await Promise.all(
      names.map(async (name) => {
        const text = await read(`${WORKFLOWS}/${name}`)
        return [name, text, parse(text) as Workflow] as const
      }),
    )
    expect(workflows.map(([name]) => name)).to.have.members(['ci.yml', 'release.yml', 'weekly.yml'])
  })

  const jobsOf = (name: string): Readonly<Record<string, Job>> =>
    workflows.find(([each]) => each === name)?.[2].jobs ?? expect.fail(name)

  it('are accepted by the parser of GitHub', async () => {
    for (const [name, text] of workflows) {
      expect(await faultsOf(name, text), name).to.deep.equal([])
      expect(await faultsOf(name, text.replace('runs-on:', 'run-on:')), `${name}, broken`).not.to.deep.equal([])
      expect(
        await faultsOf(name, `${text}\n  more:\n    needs: nobody\n    runs-on: x\n    steps: [{run: x}]\n`),
      ).not.to.deep.equal([])
    }
  })

  it('use actions by their full hash, and say which version that is', () => {
    for (const [name, text] of workflows) {
      const uses = text.split('\n').filter((line) => /\buses:/.test(line))
      expect(uses).not.to.deep.equal([])
      for (const line of uses) expect(line, name).to.match(/uses: [\w-]+\/[\w-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$/)
    }
  })

  it('have no more rights than each job needs, and leave no credentials behind', () => {
    for (const [name, text, {permissions, jobs}] of workflows) {
      expect(Object.values(permissions ?? expect.fail(name)).filter((right) => right !== 'read')).to.deep.equal([])
      expect(text, name).not.to.contain('secrets.')
      for (const step of Object.values(jobs).flatMap(({steps}) => steps)) {
        if (step.uses?.startsWith('actions/checkout@')) expect(step.with).to.include({'persist-credentials': false})
        // What a name of a branch or an input holds must not become a part of a script.
        expect(step.run ?? '', name).not.to.contain('${{')
      }
    }
    expect(jobsOf('release.yml')['npm']?.permissions).to.deep.equal({'id-token': 'write'})
  })

  it('run the tests on every system with every Node that is supported', async () => {
    const {test} = jobsOf('ci.yml')
    const {os = [], node} = test?.strategy?.matrix ?? {}
    expect(os.map((name) => name.split('-')[0])).to.deep.equal(['ubuntu', 'macos', 'windows'])
    expect(node).to.deep.equal(['20', '22', '24', '26'])
    expect(test?.steps.map(({run}) => run)).to.include('npm test')
  })

  it('run scripts that package.json has', async () => {
    const {scripts} = JSON.parse(await read('package.json')) as {scripts: Record<string, string>}
    for (const [name, text] of workflows)
      for (const [, script = ''] of text.matchAll(/npm run ([\w:-]+)/g)) expect(scripts, name).to.have.property(script)
  })

  it('publish what was attested, as it was, and attest all that is published', () => {
    const {attest, ...jobs} = jobsOf('release.yml')
    const subjects = attest?.steps.map((step) => step.with?.['subject-path']).join('') ?? ''
    expect(subjects.trim().split('\n')).to.deep.equal(['release/files/*', 'release/package/*.tgz'])
    expect(jobs['release']?.steps.flatMap(({run}) => run ?? []).map((run) => run.split(' ').slice(0, 3))).to.deep.equal(
      [['gh', 'release', 'create']],
    )
    const needs = ['npm', 'image', 'release'].map((job) => jobs[job]?.needs)
    expect(needs).to.deep.equal(['attest', 'attest', ['npm', 'image']])
  })

  it('and the Dockerfile put into the image what the release lays there, for a user without rights', async () => {
    const lines = (await read('Dockerfile')).split('\n').filter((line) => /^[A-Z]/.test(line))
    expect(lines).to.include('COPY --chmod=755 release/image/${TARGETARCH}/ack-ram-tool /usr/local/bin/ack-ram-tool')
    expect(lines).to.include('USER 65532:65532')
    expect(lines.at(-1)).to.equal('ENTRYPOINT ["/usr/local/bin/ack-ram-tool"]')
    const [, platforms = ''] = /--platform (linux\/\S+,\S+)/.exec(await read(`${WORKFLOWS}/release.yml`)) ?? []
    const linux = TARGETS.filter(({os, isMusl}) => os === 'linux' && isMusl !== true)
    expect(platforms.split(',')).to.have.members(linux.map(({arch}) => `linux/${arch}`))
  })
})

describe('action.yml', () => {
  it('is accepted by the parser of GitHub', async () => {
    const faults = (content: string): readonly string[] =>
      parseAction({name: 'action.yml', content}, new NoOperationTraceWriter())
        .context.errors.getErrors()
        .map(({message}) => message)
    const text = await read('action.yml')
    expect(faults(text)).to.deep.equal([])
    expect(faults(text.replace('shell:', 'shel:'))).not.to.deep.equal([])
  })
})
