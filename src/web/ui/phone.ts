/** Where there is room for one thing beside nothing; as in the style sheets. */
export const phone = 'screen and (max-width: 767px)';
