//! Shapes with a name. Each is a fault that was seen in another system, or a promise of the language.

mod branches;
mod components;
mod elements;
mod faults;
mod lists;
mod roots;
mod values;

use crate::live::shapes;
use branches::*;
use components::*;
use elements::*;
use faults::*;
use lists::*;
use roots::*;
use values::*;

pub(crate) use lists::rows_with_state;

shapes! {
    NAMED:
    // faults of LiveViewJS 0.8.1, found by running it
    liveviewjs_branches_with_equal_values,
    liveviewjs_rows_of_two_templates,
    liveviewjs_cell_from_text_to_markup,
    liveviewjs_nothing_changed,
    // lists
    lists_beside_each_other,
    lists_in_lists,
    lists_in_branches,
    lists_of_table_rows,
    lists_of_terms,
    lists_of_options,
    lists_of_shapes,
    lists_of_formulas,
    rows_without_slots,
    rows_of_text,
    rows_between_texts,
    rows_of_many_roots,
    rows_that_are_branches,
    rows_that_are_nothing,
    rows_by_position,
    rows_by_many_kinds_of_key,
    rows_of_one_key,
    rows_of_rows_only,
    rows_without_handlers,
    rows_with_all,
    rows_in_templates_of_equal_content,
    rows_with_state,
    // branches
    branches_of_every_kind,
    branches_in_branches,
    branches_that_are_empty,
    branches_alone,
    branches_of_text,
    options_and_results,
    options_in_options,
    results_of_text,
    // values
    texts_of_every_kind,
    texts_that_are_nothing,
    texts_in_a_row,
    texts_that_are_long,
    static_texts,
    numbers,
    preformatted,
    trusted_markup,
    trusted_markup_in_rows,
    trusted_markup_in_tables,
    attributes_of_every_kind,
    attributes_that_may_be_absent,
    classes_and_styles,
    urls,
    properties,
    properties_in_rows,
    radio_buttons,
    selects,
    textareas,
    titles,
    drawings,
    formulas,
    foreign_attributes,
    custom_elements,
    elements_with_rules_of_their_own,
    bindings,
    // components
    views_as_arguments,
    views_used_twice,
    views_behind_pointers,
    components_in_rows,
    components_mapped_twice,
    components_of_text,
    // lazy
    lazy_at_the_root,
    lazy_rows,
    lazy_in_lazy,
    lazy_in_components,
    lazy_that_varies,
    // roots
    root_of_nothing,
    root_of_text,
    root_of_a_value,
    root_of_a_branch,
    root_of_a_list,
    statements,
}
