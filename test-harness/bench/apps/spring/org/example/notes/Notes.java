package org.example.notes;

import java.util.List;
import javax.validation.Valid;
import javax.validation.constraints.NotNull;
import javax.validation.constraints.Size;
import org.springframework.http.MediaType;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.stereotype.Controller;
import org.springframework.ui.Model;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.ResponseBody;

/** Notes in a database, as a page and as JSON. */
@Controller
public class Notes {

    private final JdbcTemplate database;

    public Notes(JdbcTemplate database) {
        this.database = database;
    }

    /** One note. */
    public static class Note {
        @NotNull
        @Size(min = 1, max = 200)
        public String text;
    }

    @GetMapping("/")
    public String page(Model model) {
        model.addAttribute("notes", all());
        return "notes";
    }

    @GetMapping(path = "/notes", produces = MediaType.APPLICATION_JSON_VALUE)
    @ResponseBody
    public List<Note> json() {
        return all();
    }

    @PostMapping("/notes")
    @ResponseBody
    public Note add(@Valid @RequestBody Note note) {
        database.update("insert into note (text) values (?)", note.text);
        return note;
    }

    private List<Note> all() {
        return database.query("select text from note order by id", (row, number) -> {
            Note note = new Note();
            note.text = row.getString(1);
            return note;
        });
    }
}
