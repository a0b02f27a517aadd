import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

/** Everything the browser gets is built from here and served by us; nothing is loaded from elsewhere. */
export default defineConfig({
  root: import.meta.dirname,
  base: '/',
  plugins: [react()],
  build: {
    outDir: '../../dist/web',
    emptyOutDir: true,
    target: 'es2023',
    assetsInlineLimit: 0,
    reportCompressedSize: false,
  },
  server: { proxy: { '/api': 'http://127.0.0.1:4180' } },
});
