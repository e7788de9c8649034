import {EXAMPLE_ID} from './example-id.ts'
import type {Example} from './help-page.ts'

/** What to do first, by topic; the program's own by the empty one. */
export const FIRST_STEPS: Readonly<Record<string, readonly Example[]>> = {
  '': [
    {description: 'See whose credentials are found', command: 'ack-ram-tool auth whoami'},
    {description: 'Find the ID of the cluster', command: 'ack-ram-tool list-clusters'},
    {
      description: 'Add the cluster to your kubeconfig; kubectl then calls this program by itself',
      command: `ack-ram-tool update-kubeconfig -c ${EXAMPLE_ID}`,
    },
    {description: 'Find out why kubectl cannot log in', command: `ack-ram-tool doctor -c ${EXAMPLE_ID}`},
  ],
  auth: [{description: 'See whose credentials are found, and where', command: 'ack-ram-tool auth whoami'}],
  config: [
    {description: 'See which defaults files are read', command: 'ack-ram-tool config path'},
    {description: 'See what they say, and where each value comes from', command: 'ack-ram-tool config list'},
  ],
  'credential-plugin': [
    {
      description: 'Add a cluster to your kubeconfig; kubectl then calls this program by itself',
      command: `ack-ram-tool update-kubeconfig -c ${EXAMPLE_ID}`,
    },
    {
      description: 'Print what kubectl gets',
      command: `ack-ram-tool credential-plugin get-credential -c ${EXAMPLE_ID}`,
    },
    {
      description: 'Find out whether the server accepts a token',
      command: `ack-ram-tool credential-plugin inspect-token --from-exec -c ${EXAMPLE_ID}`,
    },
  ],
  'credential-plugin:cache': [
    {description: 'See what is cached, and until when', command: 'ack-ram-tool credential-plugin cache list'},
    {description: 'Remove all of it', command: 'ack-ram-tool credential-plugin cache clear'},
  ],
  rbac: [
    {
      description: 'List accounts that are gone and still have access to a cluster',
      command: `ack-ram-tool rbac scan-user-permissions -c ${EXAMPLE_ID}`,
    },
    {
      description: 'See what taking the access of one of them away would change',
      command: `ack-ram-tool rbac cleanup-user-permissions -c ${EXAMPLE_ID} -u 200000000000000003 --dry-run`,
    },
  ],
  rrsa: [
    {description: 'See whether RRSA is enabled in a cluster', command: `ack-ram-tool rrsa status -c ${EXAMPLE_ID}`},
    {description: 'Enable it', command: `ack-ram-tool rrsa enable -c ${EXAMPLE_ID}`},
    {
      description: 'Install the webhook that gives pods their tokens',
      command: `ack-ram-tool rrsa install-helper-addon -c ${EXAMPLE_ID}`,
    },
    {
      description: 'Let a service account assume a RAM role',
      command: `ack-ram-tool rrsa associate-role -c ${EXAMPLE_ID} -r oss-reader -n demo -s reader --create-role-if-not-exist --attach-system-policy AliyunOSSReadOnlyAccess --annotate-service-account --label-namespace`,
    },
    {
      description: 'Prove that its pods get the role',
      command: `ack-ram-tool rrsa verify -c ${EXAMPLE_ID} -n demo -s reader`,
    },
  ],
  utils: [
    {
      description: 'On an ECS instance: test whether its metadata service gives credentials',
      command: 'ack-ram-tool utils test-ecs-metadata --no-loop',
    },
  ],
}
