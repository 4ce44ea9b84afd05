/**
 * What is used of pkcs11js (2.1.x), as binding.ts declares it. The package is optional, so its own types may not be there:
 * tsconfig.json names this file in their place.
 */
import type { Binding } from './binding.ts'

declare const pkcs11js: {
  readonly PKCS11: new () => Binding
  readonly CK_PARAMS_GCM: number
}
export default pkcs11js
