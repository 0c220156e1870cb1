/** What a colour says beside the words that it underlines. */
export type Tone = 'neutral' | 'good' | 'warn' | 'bad' | 'info';
