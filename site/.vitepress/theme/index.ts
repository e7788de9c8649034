// Without the fonts of the default theme: those of the system are read in both languages.
import './style.css'

export {default} from 'vitepress/theme-without-fonts'
