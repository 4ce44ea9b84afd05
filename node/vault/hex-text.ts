/** Byte strings in files: lower-case hex, one text each. */
import { z } from 'zod'

/** Lower-case hex of exactly so many bytes. */
export const hexOf = (bytes: number) => z.string().regex(new RegExp(`^[0-9a-f]{${2 * bytes}}$`))
