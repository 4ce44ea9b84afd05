/** Where tokens' libraries usually lie, by what the system is called. A proposal to choose from: nothing is loaded by it. */
export interface KnownModule {
  readonly name: string
  readonly path: string
}

const linux: readonly KnownModule[] = [
  { name: 'SoftHSM', path: '/usr/lib/softhsm/libsofthsm2.so' },
  { name: 'OpenSC (SmartCard-HSM, Nitrokey HSM)', path: '/usr/lib/x86_64-linux-gnu/opensc-pkcs11.so' },
  { name: 'YubiHSM 2', path: '/usr/lib/x86_64-linux-gnu/pkcs11/yubihsm_pkcs11.so' },
  { name: 'Thales Luna', path: '/usr/safenet/lunaclient/lib/libCryptoki2_64.so' },
  { name: 'Entrust nShield', path: '/opt/nfast/toolkits/pkcs11/libcknfast.so' },
  { name: 'AWS CloudHSM', path: '/opt/cloudhsm/lib/libcloudhsm_pkcs11.so' },
]
const mac: readonly KnownModule[] = [
  { name: 'SoftHSM', path: '/opt/homebrew/lib/softhsm/libsofthsm2.so' },
  { name: 'OpenSC (SmartCard-HSM, Nitrokey HSM)', path: '/Library/OpenSC/lib/opensc-pkcs11.so' },
  { name: 'YubiHSM 2', path: '/usr/local/lib/pkcs11/yubihsm_pkcs11.dylib' },
]
const windows: readonly KnownModule[] = [
  {
    name: 'OpenSC (SmartCard-HSM, Nitrokey HSM)',
    path: 'C:\\Program Files\\OpenSC Project\\OpenSC\\pkcs11\\opensc-pkcs11.dll',
  },
  { name: 'YubiHSM 2', path: 'C:\\Program Files\\Yubico\\YubiHSM Shell\\bin\\pkcs11\\yubihsm_pkcs11.dll' },
  { name: 'Thales Luna', path: 'C:\\Program Files\\SafeNet\\LunaClient\\cryptoki.dll' },
]

/** @param userAgent of the window */
export function knownModules(userAgent: string): readonly KnownModule[] {
  if (userAgent.includes('Windows')) return windows
  return userAgent.includes('Mac OS X') ? mac : linux
}
