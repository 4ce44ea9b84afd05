/** Catalogues: flat tables of key and text. Texts are ICU messages (plurals, numbers); English is the one that types come from. */

export type Catalogue = Readonly<Record<string, string>>

/** A translation of `English`: the same keys, all of them. */
export type Translation<English extends Catalogue> = { readonly [Key in keyof English]: string }

export type Values = Readonly<Record<string, string | number>>
