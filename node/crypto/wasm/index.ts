/**
 * ML-DSA verification in WebAssembly: the sources (assembly/, AssemblyScript), what they compile to
 * (ml-dsa-verify.wasm.ts, written by `npm run build:wasm`), and the module that runs it with its store of expanded keys.
 */
export { createVerifierModule, type ModuleKey, type VerifierModule } from './verifier-module.ts'
