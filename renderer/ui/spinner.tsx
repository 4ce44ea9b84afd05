import { LoaderCircle } from 'lucide-react'
import './spinner.css'

/** Under way, for how long is not known. With a label it is announced; without one the text beside it says it. */
export function Spinner({ size = 16, label }: { readonly size?: number; readonly label?: string }) {
  return (
    <span className="spinner" role={label === undefined ? undefined : 'status'}>
      <LoaderCircle size={size} aria-hidden />
      {label !== undefined && <span className="visually-hidden">{label}</span>}
    </span>
  )
}
