import {KeyObject, randomBytes, webcrypto} from 'node:crypto'

import {
  BasicConstraintsExtension,
  cryptoProvider,
  ExtendedKeyUsage,
  ExtendedKeyUsageExtension,
  KeyUsageFlags,
  KeyUsagesExtension,
  SubjectAlternativeNameExtension,
  X509CertificateGenerator,
  type Extension,
} from '@peculiar/x509'

cryptoProvider.set(webcrypto)

const HOUR_MS = 60 * 60 * 1000
const KEYS = {name: 'ECDSA', namedCurve: 'P-256'}
const SIGNATURE = {name: 'ECDSA', hash: 'SHA-256'}

/** A key and its certificate, both PEM, the key as PKCS#8. */
export type Certificate = {readonly keyPem: string; readonly certPem: string}

/** Who signs: the subject of its certificate, and its private key. */
export type Issuer = {readonly subject: string; readonly key: webcrypto.CryptoKey}

/** How a service speaks TLS: for these names besides `127.0.0.1` and `localhost`, or with a certificate that it shares. */
export type ServiceTls = {readonly names: readonly string[]} | Certificate

/**
 * Makes an EC P-256 key, which is quick to make, and its X.509 certificate (RFC 5280).
 *
 * @param subject - such as `O=system:users, CN=1`
 * @param issuer - by default it signs itself
 * @returns both as PEM, and itself as an issuer
 */
export const makeCertificate = async ({
  subject,
  notBefore,
  notAfter,
  extensions,
  issuer,
}: {
  readonly subject: string
  readonly notBefore: Date
  readonly notAfter: Date
  readonly extensions: readonly Extension[]
  readonly issuer?: Issuer
}): Promise<Certificate & {readonly issuer: Issuer}> => {
  const {privateKey, publicKey} = await webcrypto.subtle.generateKey(KEYS, true, ['sign', 'verify'])
  const certificate = await X509CertificateGenerator.create({
    serialNumber: `01${randomBytes(8).toString('hex')}`,
    subject,
    issuer: issuer?.subject ?? subject,
    notBefore,
    notAfter,
    extensions: [...extensions],
    publicKey,
    signingKey: issuer?.key ?? privateKey,
    signingAlgorithm: SIGNATURE,
  })
  return {
    keyPem: KeyObject.from(privateKey).export({type: 'pkcs8', format: 'pem'}).toString(),
    certPem: certificate.toString('pem'),
    issuer: {subject, key: privateKey},
  }
}

/** What a certificate may be used for, when it is no CA's. */
export const forUse = (...usages: readonly ExtendedKeyUsage[]): Extension[] => [
  new BasicConstraintsExtension(false, undefined, true),
  new KeyUsagesExtension(KeyUsageFlags.digitalSignature, true),
  new ExtendedKeyUsageExtension([...usages]),
]

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
  const altNames = [
    ...names.map((value) => ({type: 'dns' as const, value})),
    ...ips.map((value) => ({type: 'ip' as const, value})),
  ]
  return makeCertificate({
    subject: 'CN=local-cloud',
    notBefore: new Date(now - (isExpired ? 48 : 1) * HOUR_MS),
    notAfter: new Date(now + (isExpired ? -24 : 24) * HOUR_MS),
    extensions: [...forUse(ExtendedKeyUsage.serverAuth), new SubjectAlternativeNameExtension(altNames)],
  })
}
