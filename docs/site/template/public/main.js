import { drawDial } from './dial.js';

export default {
  start: () => document.querySelectorAll('.dial-figure').forEach(drawDial),
};
