/** Packages with a binary: a bundle leaves them out, and whoever installs the bundle installs them. */
export const externalPackages = ['better-sqlite3', '@node-rs/argon2'] as const
