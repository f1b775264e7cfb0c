# Reads the LIPSE Casebook: all rows of a query as a data frame, retried, resumed and checked.
#
#   source("lipse.R")
#   site <- casebook("https://casebook.example")                  # the token is in LIPSE_TOKEN
#   data <- casebook_frame(site, "complaint-records", country = "NL", finding__in = c("upheld", "partly-upheld"))
#   casebook_citation(data)
#   casebook_export(site, "complaint-records", "records.sav", format = "sav", country = "NL")
#
# Needs R 4.0, the package jsonlite, and the program curl, which Windows 10, macOS and Linux have.
# Filters are those of the API; a vector gives all its values: country__in = c("NL", "DK").
# What the site refuses is an error of the class casebook_error; its member `problem` is the problem document.

.WAIT <- c(429L, 502L, 503L, 504L)

#' A site, and a token of *My account*; a token that only reads is enough. Without one: public data.
#'
#' A request that is answered with 429 or 503 is sent again after the seconds that the answer names, at most `tries`
#' times; so is one whose connection breaks.
casebook <- function(address, token = Sys.getenv("LIPSE_TOKEN"), tries = 6L, sleep = Sys.sleep) {
  if (!grepl("^https?://", address)) stop("The address begins with https://", call. = FALSE)
  if (grepl("[[:cntrl:]\"\\\\]", token)) stop("A token has letters, digits and signs only.", call. = FALSE)
  list(address = sub("/+$", "", address), token = token, tries = tries, sleep = sleep)
}

#' All rows of a list as a data frame.
#'
#' Types are those of the codebook of the query: integer or numeric, logical, Date, POSIXct (UTC), character, and lists
#' where a value has parts. Days or numbers that are not complete, such as "2019-05", are kept as text. Each column has
#' its "label" and its "labels" (values, named by their labels, as haven has them); with `labels = TRUE` coded values
#' are factors. A kind of missing is NA, and its code is in the attribute "missing" of the column.
#'
#' `through = "pages"` follows `next` in the order of `id`, in which no row is lost; it warns where rows were changed
#' meanwhile. `through = "export"` reads one file of one state of the data, checked; it needs a token.
#' The attributes of the data frame: "query", "codebook", "citation", "made_at", and "walk" or "sha256".
casebook_frame <- function(site, name, ..., labels = FALSE, through = c("pages", "export")) {
  through <- match.arg(through)
  book <- .codebook_or_null(site, name, list(...))
  about <- list(query = paste0(site$address, .query(site, name, list(...))), codebook = book, made_at = Sys.time())
  about$citation <- book$citation
  if (through == "export") {
    path <- tempfile(fileext = ".jsonl")
    on.exit(unlink(path))
    made <- casebook_export(site, name, path, format = "jsonl", ...)
    about[c("sha256", "made_at")] <- list(attr(made, "sha256"), .times(attr(made, "made_at")))
    about$citation <- attr(made, "citation")
    lines <- readLines(path, encoding = "UTF-8", warn = FALSE)
    blocks <- split(lines, (seq_along(lines) - 1L) %/% 1000L)
    pages <- lapply(blocks, function(some) .parsed(paste0("[", paste(some, collapse = ","), "]")))
  } else {
    pages <- casebook_pages(site, name, ...)
    about$walk <- attr(pages, "walk")
    if (.is_in_doubt(about$walk)) warning(about$walk$sentence, call. = FALSE)
  }
  found <- .framed(unname(pages), book, labels)
  for (one in names(about)) attr(found, one) <- about[[one]]
  found
}

#' All pages of a list, each a list of rows. The attribute "walk" is what happened while they were read.
casebook_pages <- function(site, name, ...) {
  filters <- utils::modifyList(c(list(page_size = 1000L), .order_of(name)), list(...))
  pages <- list()
  walk <- NULL
  address <- paste0(.list_of(site, name), "?", .encoded(filters))
  while (!is.null(address)) {
    page <- .json(site, "GET", address)
    pages[[length(pages) + 1L]] <- page$results
    walk <- page$walk
    address <- page$`next`
  }
  structure(pages, walk = walk)
}

#' All rows of a list, each a list of values.
casebook_rows <- function(site, name, ...) do.call(c, c(list(list()), unclass(casebook_pages(site, name, ...))))

#' The codebook of a query: columns with types, units, labels and kinds of missing.
casebook_codebook <- function(site, name, ...) {
  query <- .encoded(list(query = .query(site, name, list(...))))
  .json(site, "GET", paste0(site$address, "/api/v1/exports/codebook/?", query))
}

#' All rows of a list as a file: csv, csv2, jsonl, xlsx, parquet, sav or dta.
#'
#' The file appears at `path` when it is complete and has the checksum that the site names. With a token it is made in
#' the background, of any size, and a download that breaks off goes on where it was; without one it is sent at once.
#' Gives `path`, with the attributes "sha256", "rows", "made_at", "query" and "citation".
casebook_export <- function(site, name, path, format = "csv", ...) {
  query <- .query(site, name, list(...))
  at_once <- function() {
    asked <- .encoded(c(list(format = format), list(...)))
    sent <- .download(site, paste0(.list_of(site, name), "export/?", asked), path, NULL, query)
    structure(sent, citation = casebook_citation(site, name, ...))
  }
  if (!nzchar(site$token)) return(at_once())
  asked <- list(query = query, format = format)
  address <- paste0(site$address, "/api/v1/exports/")
  export <- tryCatch(.json(site, "POST", address, asked), casebook_error = function(error) {
    if ("only_at_once" %in% .codes_of(error)) NULL else stop(error)
  })
  if (is.null(export)) return(at_once())
  seconds <- 0.5
  while (export$state %in% c("waiting", "running")) {
    site$sleep(seconds)
    seconds <- min(10, seconds * 1.5)
    export <- .json(site, "GET", paste0(site$address, "/api/v1/exports/", export$id, "/"))
  }
  if (is.null(export$file)) {
    message <- if (is.null(export$error)) paste("The export is", export$state) else export$error$message
    .refuse(message, export)
  }
  made <- .download(site, paste0(site$address, export$file), path, export$sha256, query)
  structure(made, citation = export$citation)
}

#' How to cite a data frame or a file, in the words of the site: the query, the number of rows, the address and the day,
#' of a file from the background also its checksum. `casebook_citation(site, "complaint-records", country = "NL")` asks
#' how to cite a query.
#'
#' Where rows were changed while pages were read, the sentence that says so follows; a list without a codebook is cited
#' by its address.
casebook_citation <- function(data, name = NULL, ...) {
  if (!is.null(name)) return(casebook_codebook(data, name, ...)$citation)
  walk <- attr(data, "walk")
  cited <- attr(data, "citation")
  if (is.null(cited)) {
    read_at <- format(attr(data, "made_at"), "%Y-%m-%d %H:%M", tz = "UTC")
    rows <- format(nrow(data), big.mark = ",")
    cited <- paste0("LIPSE Casebook: ", rows, " rows. ", attr(data, "query"), " (read at ", read_at, " UTC).")
  }
  if (.is_in_doubt(walk)) paste(cited, walk$sentence) else cited
}

# ---- requests -----------------------------------------------------------------------------------------------------

.list_of <- function(site, name) paste0(site$address, "/api/v1/", gsub("^/+|/+$", "", name), "/")

# What a list is ordered by so that no row of it is lost.
.order_of <- function(name) {
  name <- gsub("^/+|/+$", "", name)
  if (grepl("/", name, fixed = TRUE)) return(list())
  others <- c(`field-notes` = "uuid", erasures = "uuid", codebooks = "slug")
  list(ordering = if (name %in% names(others)) unname(others[name]) else "id")
}

.query <- function(site, name, filters) {
  path <- sub("^.*?(/api/v1/)", "\\1", .list_of(site, name), perl = TRUE)
  if (length(filters)) paste0(path, "?", .encoded(filters)) else path
}

.encoded <- function(filters) {
  one <- function(name, value) {
    if (is.logical(value)) value <- ifelse(value, "true", "false")
    if (is.numeric(value)) value <- format(value, scientific = FALSE, trim = TRUE, digits = 15)
    # A list has its members between commas, one with a comma in quotation marks.
    if (length(value) > 1L) {
      quoted <- paste0("\"", gsub("\"", "\"\"", value, fixed = TRUE), "\"")
      value <- paste(ifelse(grepl("[,\"]", value), quoted, value), collapse = ",")
    }
    # A value that is encoded already, as a query is, is encoded once more.
    value <- enc2utf8(as.character(value))
    value <- vapply(value, utils::URLencode, "", reserved = TRUE, repeated = TRUE, USE.NAMES = FALSE)
    paste0(name, "=", value)
  }
  paste(mapply(one, names(filters), filters, USE.NAMES = FALSE), collapse = "&")
}

.parsed <- function(text) jsonlite::fromJSON(text, simplifyVector = FALSE)

.json <- function(site, method, address, body = NULL) {
  for (left in rev(seq_len(site$tries) - 1L)) {
    answer <- .send(site, method, address, body)
    on.exit(unlink(answer$path), add = TRUE)
    if (answer$is_complete) return(.parsed(.text_of(answer$path)))
    if (left) site$sleep(1)
  }
  .refuse(paste0(address, ": the connection breaks again and again."))
}

# One request that was not refused: status, header fields (names in small letters), and the path of its body.
# A connection that broke has is_complete = FALSE, and the path has what came.
.send <- function(site, method, address, body = NULL, headers = character()) {
  if (!startsWith(address, paste0(site$address, "/"))) {
    .refuse(paste0(address, " is not of ", site$address, ", so no token is sent there."))
  }
  for (left in rev(seq_len(site$tries) - 1L)) {
    answer <- .ask(site, method, address, body, headers)
    if (answer$status < 400L) return(answer)
    if (!(answer$status %in% .WAIT) || !left) {
      problem <- tryCatch(.parsed(.text_of(answer$path)), error = function(error) list())
      unlink(answer$path)
      .refuse(if (is.null(problem$detail)) paste0(address, ": ", answer$status) else problem$detail, problem)
    }
    unlink(answer$path)
    seconds <- suppressWarnings(as.numeric(c(answer$headers["retry-after"], NA)[1]))
    site$sleep(if (is.na(seconds)) 5 else seconds)
  }
}

# curl reads all from its input, so that no list of processes shows the token.
.ask <- function(site, method, address, body, headers) {
  path <- tempfile("casebook")
  fields <- tempfile("casebook")
  sent <- tempfile("casebook")
  on.exit(unlink(c(fields, sent)))
  if (nzchar(site$token)) headers <- c(headers, paste("Authorization: Bearer", site$token))
  options <- c(
    "silent", "globoff", "connect-timeout = 60", "speed-limit = 1", "speed-time = 120",
    .option("request", method), .option("url", address), .option("output", path), .option("dump-header", fields),
    vapply(headers, function(one) .option("header", one), "", USE.NAMES = FALSE)
  )
  if (!is.null(body)) {
    text <- jsonlite::toJSON(body, auto_unbox = TRUE)
    writeBin(charToRaw(enc2utf8(as.character(text))), sent)
    kind <- .option("header", "Content-Type: application/json")
    options <- c(options, kind, .option("data-binary", paste0("@", sent)))
  }
  if (!nzchar(Sys.which("curl"))) stop("The program curl is not installed.", call. = FALSE)
  ended <- suppressWarnings(system2("curl", c("--config", "-"), input = options, stdout = TRUE, stderr = FALSE))
  lines <- if (file.exists(fields)) readLines(fields, warn = FALSE) else character()
  starts <- grep("^HTTP/", lines)
  status <- if (length(starts)) as.integer(sub("^HTTP/\\S+ (\\d+).*", "\\1", lines[max(starts)], perl = TRUE)) else 0L
  found <- if (length(starts)) grep(":", lines[-seq_len(max(starts))], value = TRUE) else character()
  found <- stats::setNames(trimws(sub("^[^:]*:", "", found)), tolower(sub(":.*$", "", found)))
  list(status = status, headers = found, path = path, is_complete = is.null(attr(ended, "status")))
}

.option <- function(name, value) paste0(name, " = \"", gsub("([\"\\\\])", "\\\\\\1", enc2utf8(value)), "\"")

.text_of <- function(path) {
  text <- if (file.exists(path)) rawToChar(readBin(path, "raw", file.size(path))) else ""
  Encoding(text) <- "UTF-8"
  text
}

.refuse <- function(message, problem = list()) {
  stop(structure(class = c("casebook_error", "error", "condition"), list(message = message, problem = problem)))
}

# ---- files --------------------------------------------------------------------------------------------------------

# `sha256`: of the whole file; NULL where only the answer names it, which is asked for.
.download <- function(site, address, path, sha256, query) {
  part <- paste0(path, ".part")
  unlink(part)
  on.exit(unlink(part))
  etag <- ""
  for (left in rev(seq_len(site$tries) - 1L)) {
    at <- if (nzchar(etag) && file.exists(part)) file.size(part) else 0
    headers <- if (is.null(sha256)) "Want-Repr-Digest: sha-256=1" else character()
    range <- paste0("Range: bytes=", format(at, scientific = FALSE), "-")
    if (at) headers <- c(headers, range, paste("If-Range:", etag))
    answer <- .send(site, "GET", address, headers = headers)
    etag <- c(answer$headers["etag"], "")[1]
    if (is.na(etag)) etag <- ""
    if (answer$status == 206L) file.append(part, answer$path) else file.copy(answer$path, part, overwrite = TRUE)
    unlink(answer$path)
    wanted <- if (is.null(sha256)) .digest_of(answer$headers) else sha256
    if (answer$is_complete && !file.exists(part)) file.create(part)
    if (answer$is_complete && identical(.sha256(part), wanted)) {
      file.rename(part, path)
      made_at <- unname(answer$headers["lipse-made-at"])
      rows <- as.numeric(answer$headers["lipse-rows"])
      return(structure(path, sha256 = wanted, rows = rows, made_at = made_at, query = query))
    }
    # A whole file with another checksum is not continued.
    if (answer$is_complete) etag <- "" else if (left) site$sleep(1)
  }
  .refuse("The file could not be downloaded: its checksum is not the one that the site names.")
}

.digest_of <- function(headers) {
  found <- c(headers["repr-digest"], "")[1]
  if (is.na(found) || !grepl("sha-256=:", found)) .refuse("The site names no checksum of this file.")
  paste(as.character(jsonlite::base64_dec(sub(".*sha-256=:([^:]*):.*", "\\1", found))), collapse = "")
}

# R has SHA-256 from 4.5 on; before, a package or a program of the system.
.sha256 <- function(path) {
  if (exists("sha256sum", asNamespace("tools"))) return(unname(get("sha256sum", asNamespace("tools"))(path)))
  if (requireNamespace("digest", quietly = TRUE)) return(digest::digest(path, algo = "sha256", file = TRUE))
  programs <- list(sha256sum = character(), shasum = c("-a", "256"), certutil = "-hashfile")
  for (program in names(programs)) {
    if (!nzchar(Sys.which(program))) next
    arguments <- c(programs[[program]], shQuote(path), if (program == "certutil") "SHA256")
    lines <- gsub(" ", "", sub("^\\\\?([0-9a-f]{64}) .*", "\\1", system2(program, arguments, stdout = TRUE)))
    found <- grep("^[0-9a-f]{64}$", lines, value = TRUE)
    if (length(found)) return(found[1])
  }
  stop("Install the package digest: there is nothing here that computes a SHA-256.", call. = FALSE)
}

# ---- data frames --------------------------------------------------------------------------------------------------

# The codebook; NULL for lists that have none, whose columns are typed by their values.
.codebook_or_null <- function(site, name, filters) {
  of_rows <- filters[setdiff(names(filters), c("page_size", "ordering", "count"))]
  tryCatch(do.call(casebook_codebook, c(list(site, name), of_rows)), casebook_error = function(error) {
    if ("not_exported" %in% .codes_of(error)) NULL else stop(error)
  })
}

.codes_of <- function(error) vapply(error$problem$errors, function(one) as.character(one$code), "")

.is_in_doubt <- function(walk) {
  !is.null(walk) && (identical(walk$complete, FALSE) || identical(walk$changed_since_start, TRUE))
}

.framed <- function(pages, book, labels) {
  rows <- sum(lengths(pages))
  columns <- if (is.null(book)) {
    lapply(unique(unlist(lapply(pages, function(page) lapply(page, names)))), function(name) list(name = name))
  } else {
    book$columns
  }
  found <- lapply(columns, function(column) {
    values <- do.call(c, c(list(list()), lapply(pages, function(page) lapply(page, `[[`, column$name))))
    .typed(values, column, labels)
  })
  structure(
    found, names = vapply(columns, `[[`, "", "name"), row.names = .set_row_names(rows), class = "data.frame"
  )
}

.typed <- function(values, column, labels) {
  type <- if (is.null(column$type)) .type_of(values) else column$type
  found <- if (type == "structure") I(values) else .scalars(values, column, type)
  coded <- vapply(column$labels, `[[`, "", "value")
  names(coded) <- vapply(column$labels, `[[`, "", "label")
  if (length(coded) && labels && is.character(found)) {
    # A value without a label stays what it is.
    others <- setdiff(unique(found[!is.na(found)]), coded)
    found <- factor(found, levels = c(coded, others), labels = c(names(coded), others))
  } else if (length(coded)) {
    attr(found, "labels") <- coded
  }
  if (!is.null(column$label)) attr(found, "label") <- column$label
  if (!is.null(column$unit) && nzchar(column$unit)) attr(found, "unit") <- column$unit
  found
}

.scalars <- function(values, column, type) {
  values[lengths(values) == 0L] <- NA
  text <- vapply(values, .as_text, "")
  missing <- vapply(column$missing, `[[`, "", "code")
  is_missing <- text %in% missing
  kinds <- ifelse(is_missing, text, NA_character_)
  text[is_missing] <- NA
  found <- switch(
    type,
    `whole-number` = .numbers(text, is_whole = TRUE), decimal = .numbers(text), truth = as.logical(text),
    day = as.Date(text, format = "%Y-%m-%d"), time = .times(text), text
  )
  # Nothing is lost by its type.
  if (any(is.na(found) & !is.na(text) & nzchar(text))) found <- text
  if (any(is_missing)) attr(found, "missing") <- kinds
  found
}

.as_text <- function(value) {
  if (is.list(value) || length(value) > 1L) return(as.character(jsonlite::toJSON(value, auto_unbox = TRUE)))
  if (is.numeric(value)) format(value, digits = 17L, scientific = FALSE, trim = TRUE) else as.character(value)
}

.numbers <- function(text, is_whole = FALSE) {
  found <- suppressWarnings(as.numeric(text))
  fits <- is_whole && all(is.na(found) | (abs(found) < 2147483648 & found == trunc(found)))
  if (fits) as.integer(found) else found
}

.times <- function(text) as.POSIXct(sub("(Z|[+]00:00)$", "", text), format = "%Y-%m-%dT%H:%M:%OS", tz = "UTC")

.type_of <- function(values) {
  held <- values[lengths(values) > 0L]
  if (any(vapply(held, is.list, NA))) return("structure")
  if (length(held) && all(vapply(held, is.logical, NA))) return("truth")
  if (length(held) && all(vapply(held, is.numeric, NA))) return("decimal")
  "text"
}
