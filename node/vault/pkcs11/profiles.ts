/**
 * What is known of modules before they are asked: where ML-DSA has numbers of a maker's own, which settings a module
 * reads from its environment, and what to mind. A profile is a guess by name; C_GetMechanismList and the self-test decide.
 *
 * Numbers: OASIS PKCS #11 v3.2 for the standard ones; the makers' own documentation, named in each profile, for others.
 */
import type { MlDsaNumbers, ModuleFacts } from './messages.ts'

/** PKCS #11 v3.2 §6.67 (ML-DSA). */
export const standardNumbers: MlDsaNumbers = {
  generate: 0x1c,
  sign: 0x1d,
  keyType: 0x4a,
  parameterSetAttribute: 0x61d,
  parameterSet: 2,
}

/** Numbers of Thales's functionality module for post-quantum algorithms, from its header file for OpenSSL ("Luna OpenSSL for PQC"). */
const lunaModuleNumbers: MlDsaNumbers = {
  generate: 0xc000_0065,
  sign: 0xc000_0066,
  keyType: 0xc000_0008,
  parameterSetAttribute: 0xc000_0001,
  parameterSet: 2,
}

export interface Profile {
  readonly id: string
  readonly name: string
  /** Whether this project's tests run against it. */
  readonly tested: boolean
  /** Tried in this order; the first whose mechanisms the token lists is taken. */
  readonly mlDsa: readonly MlDsaNumbers[]
  /** Environment variables that the module reads: they are handed to its process where they are set. */
  readonly variables: readonly string[]
  readonly notes: readonly string[]
  /** Its tokens are there without C_InitToken, and lack a user PIN alone. */
  readonly isMade?: boolean
  /** Says that keys it has made were not made in it. */
  readonly misreportsLocal?: boolean
  /** Title of what the maker says about it. */
  readonly documentation: string
  readonly fits: (facts: Pick<ModuleFacts, 'manufacturer' | 'description'>) => boolean
}

const named =
  (...words: readonly string[]) =>
  ({ manufacturer, description }: Pick<ModuleFacts, 'manufacturer' | 'description'>): boolean =>
    words.some((word) => `${manufacturer} ${description}`.toLowerCase().includes(word))

export const profiles: readonly Profile[] = [
  {
    id: 'softhsm',
    name: 'SoftHSM 2.6 and 2.7',
    tested: true,
    mlDsa: [standardNumbers],
    variables: ['SOFTHSM2_CONF'],
    notes: [
      'A software token: its keys are files, so it protects no better than the disk. 2.6 has no ML-DSA.',
      'Says that few tries are left after one wrong PIN, but never locks.',
      'When its folder has gone it finds no objects and reports no error; the token information then fails, and that is looked at.',
    ],
    documentation: 'SoftHSM v2 README and NEWS (OpenDNSSEC, later Pkcs11 working group)',
    fits: named('softhsm'),
  },
  {
    id: 'nss',
    name: 'NSS softoken 3.116 and newer',
    tested: true,
    mlDsa: [standardNumbers],
    variables: [],
    notes: [
      "Needs --init-string \"configdir='sql:DIR' certPrefix='' keyPrefix='' secmod='' flags=\" and --library-path.",
      'A software token. Slots share the serial number 0000000000000000; labels tell them apart.',
      'Reports LOCAL as false for keys it has made, and does not count wrong PINs.',
      'Wraps keys that are not extractable, and so gives them away to whoever has the PIN: for trying things out, not for money.',
    ],
    isMade: true,
    misreportsLocal: true,
    documentation: 'NSS 3.116 release notes (Mozilla); PKCS #11 module specifications in NSS',
    fits: named('mozilla', 'nss internal'),
  },
  {
    id: 'luna',
    name: 'Thales Luna',
    tested: false,
    mlDsa: [standardNumbers, lunaModuleNumbers],
    variables: ['ChrystokiConfigurationPath'],
    notes: [
      'ML-DSA by the standard numbers needs a firmware that has them; before that a functionality module gives it numbers of its own.',
      'Roles: log in as the Crypto Officer of the partition. A partition can be set to lock after a few wrong PINs.',
    ],
    documentation: 'Thales Luna HSM: PKCS#11 mechanisms, supported extensions; Luna OpenSSL for PQC',
    fits: named('safenet', 'thales', 'chrystoki'),
  },
  {
    id: 'nshield',
    name: 'Entrust nShield',
    tested: false,
    mlDsa: [standardNumbers],
    variables: [
      'CKNFAST_LOADSHARING',
      'CKNFAST_FAKE_ACCELERATOR_LOGIN',
      'CKNFAST_OVERRIDE_SECURITY_ASSURANCES',
      'NFAST_HOME',
    ],
    notes: [
      'Keys are protected by an operator card set or a softcard: its passphrase is the PIN.',
      'Removing the card of a persistent card set does not end the session.',
    ],
    documentation: 'Entrust nShield Security World: Cryptographic API guide, nCipher PKCS #11 library',
    fits: named('ncipher', 'nshield', 'entrust'),
  },
  {
    id: 'utimaco',
    name: 'Utimaco CryptoServer',
    tested: false,
    mlDsa: [standardNumbers],
    variables: ['CS_PKCS11_R3_CFG', 'CS_PKCS11_R2_CFG'],
    notes: [
      'ML-DSA comes with a firmware extension that has numbers of its own: give them with --ml-dsa-numbers from its header file.',
    ],
    documentation: 'Utimaco CryptoServer PKCS#11 R3 developer guide; Quantum Protect extension',
    fits: named('utimaco', 'cryptoserver'),
  },
  {
    id: 'aws-cloudhsm',
    name: 'AWS CloudHSM',
    tested: false,
    mlDsa: [standardNumbers],
    variables: [],
    notes: [
      'The PIN is user:password of a crypto user. Reports no tries that are left.',
      'Whether it has ML-DSA, its list of mechanisms says.',
    ],
    documentation: 'AWS CloudHSM user guide: PKCS #11 library for Client SDK 5',
    fits: named('cloudhsm', 'cavium', 'amazon'),
  },
  {
    id: 'yubihsm',
    name: 'YubiHSM 2',
    tested: false,
    mlDsa: [standardNumbers],
    variables: ['YUBIHSM_PKCS11_CONF', 'YUBIHSM_PKCS11_MODULE'],
    notes: [
      'The PIN is the id of the authentication key, four hex digits, followed by its password.',
      'Made for ECDSA and AES; whether it has ML-DSA, its list of mechanisms says.',
    ],
    documentation: 'Yubico: YubiHSM 2 PKCS#11 module',
    fits: named('yubico'),
  },
  {
    id: 'nitrokey',
    name: 'Nitrokey HSM and Nitrokey NetHSM',
    tested: false,
    mlDsa: [standardNumbers],
    variables: ['OPENSC_CONF', 'P11NETHSM_CONFIG_FILE'],
    notes: ['Locks after three wrong PINs by default; the security officer unlocks it. Made for ECDSA and AES.'],
    documentation: 'Nitrokey documentation: HSM 2 with OpenSC; NetHSM PKCS#11 driver',
    fits: named('nitrokey', 'nethsm'),
  },
  {
    id: 'smartcard-hsm',
    name: 'SmartCard-HSM',
    tested: false,
    mlDsa: [standardNumbers],
    variables: ['OPENSC_CONF', 'PKCS11_PREALLOCATE_VIRTUAL_SLOTS'],
    notes: [
      'Through OpenSC or its own sc-hsm module. Readers with a keypad give a protected authentication path.',
      'Locks after three wrong PINs by default. Made for ECDSA and AES.',
    ],
    documentation: 'CardContact SmartCard-HSM: PKCS#11 support; OpenSC wiki',
    fits: named('cardcontact', 'opensc', 'sc-hsm'),
  },
]

/** For a module that no profile fits. */
export const unknownProfile: Profile = {
  id: 'other',
  name: 'another module',
  tested: false,
  mlDsa: [standardNumbers],
  variables: [],
  notes: ['No profile of ours fits this module: what counts is its self-test.'],
  documentation: 'the documentation of its maker',
  fits: () => true,
}

/** What known modules read from their environment, as far as it is set: handed on by name, and nothing else of ours is. */
export function moduleVariables(env: Readonly<Record<string, string | undefined>>): Record<string, string> {
  const known = [...new Set(profiles.flatMap(({ variables }) => variables))]
  return Object.fromEntries(
    known.flatMap((name): [string, string][] => {
      const value = env[name]
      return value === undefined ? [] : [[name, value]]
    }),
  )
}

export function profileOf(facts: Pick<ModuleFacts, 'manufacturer' | 'description'>): Profile {
  return profiles.find((profile) => profile.fits(facts)) ?? unknownProfile
}

/** Which numbers ML-DSA has on a token; undefined where it lists none of those that are known. */
export function numbersFor(profile: Profile, mechanisms: readonly number[]): MlDsaNumbers | undefined {
  return profile.mlDsa.find(({ generate, sign }) => mechanisms.includes(generate) || mechanisms.includes(sign))
}
