import { mount } from "svelte";
import { missing } from "../../shared/text";
import App from "./App.svelte";
import "./style.css";

// For the browser tests: words that were asked for and not found.
Object.assign(window, { cauce_missing_strings: () => [...missing] });

mount(App, { target: document.getElementById("app")! });
