import {generate} from 'selfsigned'

const HOUR_MS = 60 * 60 * 1000

/** A key and its self-signed certificate, both PEM. */
export type Certificate = {readonly keyPem: string; readonly certPem: string}

/** How a service speaks TLS: for these names besides `127.0.0.1` and `localhost`, or with a certificate that it shares. */
export type ServiceTls = {readonly names: readonly string[]} | Certificate

/** The certificate of a service. */
export const certificateFor = async (tls: ServiceTls): Promise<Certificate> =>
  'keyPem' in tls ? tls : createCertificate(tls.names)

/**
 * Makes a TLS server certificate for `127.0.0.1` and `localhost`, valid for a day; it is its own CA.
 *
 * @param names - more host names that it is for
 */
export const createCertificate = (names: readonly string[] = []): Promise<Certificate> =>
  createFaultyCertificate({names: ['localhost', ...names], ips: ['127.0.0.1']})

/** The same, for these hosts alone, and one that has expired if asked for. */
export const createFaultyCertificate = async ({
  names = ['localhost'],
  ips = [],
  isExpired = false,
}: {
  readonly names?: readonly string[]
  readonly ips?: readonly string[]
  readonly isExpired?: boolean
}): Promise<Certificate> => {
  const now = Date.now()
  const {private: keyPem, cert: certPem} = await generate([{name: 'commonName', value: 'local-cloud'}], {
    keyType: 'ec',
    algorithm: 'sha256',
    notBeforeDate: new Date(now - (isExpired ? 48 : 1) * HOUR_MS),
    notAfterDate: new Date(now + (isExpired ? -24 : 24) * HOUR_MS),
    extensions: [
      {name: 'basicConstraints', cA: false, critical: true},
      {name: 'keyUsage', digitalSignature: true, critical: true},
      {name: 'extKeyUsage', serverAuth: true},
      {
        name: 'subjectAltName',
        altNames: [...names.map((value) => ({type: 2 as const, value})), ...ips.map((ip) => ({type: 7 as const, ip}))],
      },
    ],
  })
  return {keyPem, certPem}
}
