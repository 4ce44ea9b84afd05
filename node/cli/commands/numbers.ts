/** Numbers as they are typed on the command line. */
import { usageError } from '../errors.ts'

/** A whole number of a range, for commander's option parsers. */
export function wholeNumber(what: string, low: number, high: number): (value: string) => number {
  return (value) => {
    if (!/^\d{1,10}$/.test(value) || Number(value) < low || Number(value) > high) {
      throw usageError(`${what} is a whole number from ${low} to ${high}, not ${value}.`)
    }
    return Number(value)
  }
}

/** A share from 0 to 1 as a decimal: 0.052. */
export function share(what: string): (value: string) => number {
  return (value) => {
    if (!/^(?:\d?\.\d{1,9}|\d)$/.test(value) || Number(value) > 1) {
      throw usageError(`${what} is a share from 0 to 1 such as 0.052, not ${value}.`)
    }
    return Number(value)
  }
}
