// Words and numbers in the reader's language: the shared ones, and the words of the report.
import { add_strings } from "../../shared/text";
import table from "./strings.csv?raw";

export * from "../../shared/text";
add_strings(table);
