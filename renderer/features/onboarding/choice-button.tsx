import { ChevronRight, type LucideIcon } from 'lucide-react'

export interface ChoiceButtonProps {
  readonly icon: LucideIcon
  readonly title: string
  readonly text: string
  readonly onPress: () => void
}

/** A way to go on, with what it means. */
export function ChoiceButton({ icon: Icon, title, text, onPress }: ChoiceButtonProps) {
  return (
    <button type="button" className="choice-button" onClick={onPress}>
      <Icon size={20} aria-hidden />
      <span className="grow">
        <span className="choice-button-title">{title}</span>
        <span className="choice-button-text">{text}</span>
      </span>
      <ChevronRight size={16} aria-hidden />
    </button>
  )
}
