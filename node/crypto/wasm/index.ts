/**
 * ML-DSA in WebAssembly, a module for verification and one for key generation and signing, which share their arithmetic:
 * the sources (assembly/, AssemblyScript), what they compile to (ml-dsa-verify.wasm.ts and ml-dsa-sign.wasm.ts, written by
 * `npm run build:wasm`), and what runs them: the verifier with its store of expanded keys, the signer that keeps nothing.
 */
export { createSignerModule, type SignerModule, signingRandomBytes } from './signer-module.ts'
export { createVerifierModule, type ModuleKey, type VerifierModule } from './verifier-module.ts'
