/** Packages with a binary: a bundle leaves them out, and whoever installs the bundle installs them. */
export const externalPackages = ['better-sqlite3', '@node-rs/argon2'] as const

/** The same, of what the program can do without and says so: built from source where a compiler is found. */
export const optionalPackages = ['pkcs11js'] as const
