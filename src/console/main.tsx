import { createRoot } from 'react-dom/client';
import { App } from './app.tsx';
import './styles/tokens.css';
import './styles/base.css';
import './styles/ui.css';
import './styles/layout.css';
import './styles/overview.css';
import { startTheme } from './ui/use-theme.ts';

startTheme();
const place = document.getElementById('root');
if (place === null) throw new Error('Cannot draw the console: index.html has no element with the id "root"');
createRoot(place).render(<App />);
