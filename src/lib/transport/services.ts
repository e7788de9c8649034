/** Every service that this program calls, as the `call` of an error names it; docs/errors.md lists them. */
export const SERVICES = [
  'STS',
  'CS',
  'RAM',
  'IMS',
  'Kubernetes API server',
  'ECS metadata',
  'credentials URI',
  'CloudSSO',
  'OAuth',
  'OIDC issuer',
] as const

export type Service = (typeof SERVICES)[number]
