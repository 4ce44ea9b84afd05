/** What a token says of where its key came from and whether it can leave: what that must be, and what to make of another answer. */
import type { KeyFacts } from './messages.ts'
import type { Profile } from './profiles.ts'

export interface AttributeAnswer {
  /** Name of the standard, without CKA_. */
  readonly name: string
  /** Null where the token does not report it. */
  readonly said: boolean | null
  readonly isRight: boolean
  /** Another answer, which this module is known to give for keys that are all right. */
  readonly isKnownMistake: boolean
}

export function attributeAnswers(key: KeyFacts, profile: Pick<Profile, 'misreportsLocal'>): readonly AttributeAnswer[] {
  const wanted = [
    ['SENSITIVE', key.sensitive, true],
    ['EXTRACTABLE', key.extractable, false],
    ['LOCAL', key.local, true],
    ['NEVER_EXTRACTABLE', key.neverExtractable, true],
    ['ALWAYS_SENSITIVE', key.alwaysSensitive, true],
  ] as const
  return wanted.map(([name, said, must]) => {
    const isRight = said === null || said === must
    return { name, said, isRight, isKnownMistake: !isRight && name === 'LOCAL' && profile.misreportsLocal === true }
  })
}

/** The attribute by which a key can leave its token, could once, or was brought there; undefined where none says so. */
export function exposedBy(key: KeyFacts, profile: Pick<Profile, 'misreportsLocal'>): string | undefined {
  return attributeAnswers(key, profile).find(({ isRight, isKnownMistake }) => !isRight && !isKnownMistake)?.name
}
