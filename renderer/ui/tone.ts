/** What a thing means for the person, told by colour, and always by an icon and a word too. */
import { CircleAlert, CircleCheck, CircleDot, Info, type LucideIcon, TriangleAlert } from 'lucide-react'

export type Tone = 'neutral' | 'info' | 'good' | 'warn' | 'bad' | 'pending'

export const toneIcons: Readonly<Record<Tone, LucideIcon>> = {
  neutral: Info,
  info: Info,
  good: CircleCheck,
  warn: TriangleAlert,
  bad: CircleAlert,
  pending: CircleDot,
}
